import { caDomains } from '../model/ca-domains.ts';
import type { Model, Site } from '../model/model.ts';
import { witnessKeyPath } from '../model/witness-paths.ts';
import { printShell, run, type ShellStatement } from '../syntax/shell.ts';
import { ticketPath, tlsPaths } from './nginx-paths.ts';

/** Where certificates and keys lie on a balancer; the directory that tls.sh makes has the same tree below it. */
const hostFolder = '/etc/nginx/evenkeel/';

/** A path below the directory that tls.sh makes. */
export function exportedTlsPath(path: string): string {
  if (path === witnessKeyPath) return 'witness.key';
  return path.startsWith(hostFolder) ? path.slice(hostFolder.length) : path;
}

/**
 * tls.sh: run once, anywhere. Makes a CA that can vouch for the edge's own domains only, a certificate for each site
 * the session ticket keys and the witnesses' key, in the directory it is given. Nothing that is still good is made anew.
 */
export function exportTls(model: Model): string {
  const internal = model.sites.filter((site) => site.tls.kind === 'internal');
  const given = model.sites.filter((site) => site.tls.kind === 'files');
  const statements: ShellStatement[] = [
    { kind: 'comment', text: `tls.sh: certificates and keys of the edge ${model.name}.` },
    {
      kind: 'comment',
      text:
        'Run it once, on a computer you trust:  sh tls.sh [DIRECTORY]\n' +
        'Then copy the directory (./evenkeel-tls) to every balancer, beside its script, and its witness.key to every nameserver in\n' +
        'a directory of the same name. It may be run again: what is\n' +
        'still good stays, what ends within 10 days or has other names is made anew. Clients have to trust DIRECTORY/ca/root.crt.',
    },
    { kind: 'blank' },
    { kind: 'assign', name: 'domains', value: caDomains(model).join(' ') },
    { kind: 'assign', name: 'edge', value: model.name },
    { kind: 'verbatim', lines: making },
    { kind: 'blank' },
    ...internal.map((site) => issueStatement(site)),
    ...given.flatMap((site) => givenStatements(site)),
    ...[1, 2, 3].map((number) => run('ticket_key', exportedTlsPath(ticketPath(number)))),
    run('witness_key', exportedTlsPath(witnessKeyPath)),
    { kind: 'verbatim', lines: 'say "all is in $out; clients have to trust $out/ca/root.crt"' },
  ];
  return printShell(statements);
}

function issueStatement(site: Site): ShellStatement {
  const { chain } = tlsPaths(site.name);
  const folder = exportedTlsPath(chain).replace(/\/chain\.pem$/, '');
  return run('issue', folder, ...site.names);
}

function givenStatements(site: Site): readonly ShellStatement[] {
  if (site.tls.kind !== 'files') return [];
  const { chain, key } = tlsPaths(site.name);
  return [
    run('given', site.tls.certificate, exportedTlsPath(chain), '0644'),
    run('given', site.tls.key, exportedTlsPath(key), '0600'),
  ];
}

const making = `
out=\${1:-./evenkeel-tls}
umask 077

say() { printf '== %s\\n' "$*"; }

# extensions LINE...: a file of certificate extensions, named by $work/ext
extensions() { printf '%s\\n' "$@" >"$work/ext"; }

# good FILE: the certificate is there and lasts for 10 more days
good() { [ -s "$1" ] && openssl x509 -in "$1" -noout -checkend 864000 >/dev/null; }

# remembered FILE: what it holds; nothing when it is not there
remembered() { cat "$1" 2>/dev/null || true; }

# covered: the CA vouches for every domain; one that came later it can't, and clients would refuse its certificate
covered() {
  for domain in $domains; do
    case " $(remembered "$out/ca/domains") " in *" $domain "*) ;; *) return 1 ;; esac
  done
}

# issue FOLDER NAME...: a certificate for these names, for 30 days, with a key of its own
issue() {
  folder=$out/$1
  shift
  mkdir -p "$folder"
  names=
  for name in "$@"; do names="\${names:+$names,}DNS:$name"; done
  if good "$folder/chain.pem" && [ -s "$folder/key.pem" ] && [ "$(remembered "$folder/names")" = "$names" ]; then return; fi
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$folder/key.pem"
  openssl req -new -key "$folder/key.pem" -subj "/CN=$(printf %.64s "$1")" -out "$work/request"
  extensions basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature extendedKeyUsage=serverAuth \\
    subjectKeyIdentifier=hash authorityKeyIdentifier=keyid "subjectAltName=$names"
  openssl x509 -req -in "$work/request" -CA "$out/ca/issuing.crt" -CAkey "$out/ca/issuing.key" -days 30 \\
    -extfile "$work/ext" -out "$work/leaf" 2>/dev/null
  cat "$work/leaf" "$out/ca/issuing.crt" >"$folder/chain.pem"
  printf '%s\\n' "$names" >"$folder/names"
  say "issued a certificate for $*"
}

# given FILE PATH MODE: a certificate or key of your own, beside this script or at its absolute path
given() {
  mkdir -p "$(dirname "$out/$2")"
  install -m "$3" "$1" "$out/$2"
}

# ticket_key PATH: 80 random bytes that all balancers share, so that TLS sessions resume after a failover
ticket_key() {
  mkdir -p "$(dirname "$out/$1")"
  [ -s "$out/$1" ] || openssl rand -out "$out/$1" 80
}

# witness_key PATH: the key with which balancers and nameservers tell each other who holds a VIP
witness_key() { [ -s "$out/$1" ] || openssl rand -hex -out "$out/$1" 32; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out/ca"
if [ ! -s "$out/ca/root.crt" ] || ! covered; then
  permitted=
  for domain in $domains; do permitted="\${permitted}permitted;DNS:$domain,"; done
  cat >"$work/root.cnf" <<END
[req]
distinguished_name=dn
x509_extensions=v3
prompt=no
[dn]
CN=evenkeel root of $edge
[v3]
basicConstraints=critical,CA:TRUE,pathlen:1
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
nameConstraints=critical,\${permitted}excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:::/::
END
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$out/ca/root.key"
  openssl req -x509 -new -sha384 -key "$out/ca/root.key" -days 3650 -config "$work/root.cnf" -out "$out/ca/root.crt"
  rm -f "$out/ca/issuing.crt"
  printf '%s\\n' "$domains" >"$out/ca/domains"
  say "made the edge's own CA"
fi
if ! good "$out/ca/issuing.crt"; then
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$out/ca/issuing.key"
  openssl req -new -key "$out/ca/issuing.key" -subj "/CN=evenkeel issuing CA of $edge" -out "$work/request"
  extensions basicConstraints=critical,CA:TRUE,pathlen:0 keyUsage=critical,keyCertSign,cRLSign \\
    extendedKeyUsage=serverAuth subjectKeyIdentifier=hash authorityKeyIdentifier=keyid
  openssl x509 -req -sha384 -in "$work/request" -CA "$out/ca/root.crt" -CAkey "$out/ca/root.key" -days 1825 \\
    -extfile "$work/ext" -out "$out/ca/issuing.crt"
  # What an older CA has issued is worth nothing now.
  rm -rf "$out/tls"
fi
`;
