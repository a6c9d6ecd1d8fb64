import type { ModelHost } from '../model/model.ts';
import { printShell, run, type ShellCommand, type ShellStatement } from '../syntax/shell.ts';
import type { Activation, DesiredFile, DesiredHost } from './desired-file.ts';
import { exportedTlsPath } from './export-tls.ts';
import { scriptPath } from './host-paths.ts';
import { isTlsMaterial } from './nginx-paths.ts';

/**
 * One host's script: packages, files, checks by the daemons themselves, units. Self-contained but for the directory
 * that tls.sh makes, idempotent, and readable from top to bottom.
 */
export function exportHost(machine: ModelHost, desired: DesiredHost): string {
  const files = desired.files.filter((file) => !isMaterial(file));
  const material = desired.files.filter(isMaterial);
  const release = desired.release === 'debian12' ? '12' : '13';
  return printShell([
    { kind: 'comment', text: `${machine.name}.sh: sets up ${machine.name}, a ${machine.kind} of the edge.` },
    {
      kind: 'comment',
      text:
        `Run it as root on ${machine.name} (Debian ${release}); run it again at any time.` +
        (material.length === 0
          ? ''
          : '\nIt takes certificates and keys from ./evenkeel-tls, made by tls.sh, or from $EVENKEEL_TLS.'),
    },
    { kind: 'blank' },
    { kind: 'assign', name: 'release', value: release },
    { kind: 'verbatim', lines: prelude },
    ...section('Packages', [run('need', ...firstAndRest(desired.packages))]),
    ...section('Files', files.flatMap(putStatements)),
    ...(material.length === 0 ? [] : section('Certificates and keys', material.map(takeStatement))),
    ...section('What the daemons find when they look at their files', preparationStatements(desired)),
    ...section('Checks: each daemon reads its own files before it is told of them', checkStatements(desired)),
    ...section('Activation', activationStatements(desired)),
    run('say', `${machine.name} is set up`),
  ]);
}

function section(title: string, statements: readonly ShellStatement[]): readonly ShellStatement[] {
  return [{ kind: 'blank' }, { kind: 'comment', text: title }, ...statements];
}

function putStatements(file: DesiredFile): readonly ShellStatement[] {
  const words = ['put', octal(file.mode), file.owner, file.path] as const;
  return [
    { kind: 'blank' },
    { kind: 'comment', text: file.why },
    { ...run(...words), input: Buffer.from(file.bytes).toString('utf8') },
  ];
}

function takeStatement(file: DesiredFile): ShellCommand {
  return run('take', octal(file.mode), file.owner, exportedTlsPath(file.path), file.path);
}

function checkStatements(desired: DesiredHost): readonly ShellStatement[] {
  return checks.flatMap(({ activation, argv }) => {
    const file = desired.files.find((candidate) => candidate.activates === activation);
    return file === undefined ? [] : [run(...argv(file.path))];
  });
}

const checks: readonly { readonly activation: Activation; readonly argv: (path: string) => [string, ...string[]] }[] = [
  { activation: 'nginx', argv: () => ['nginx', '-t', '-q'] },
  { activation: 'keepalived', argv: (path) => ['keepalived', '-t', '-f', path] },
  { activation: 'nftables', argv: (path) => ['nft', '-c', '-f', path] },
  { activation: 'powerdns', argv: () => ['pdns_server', '--config=check'] },
];

function preparationStatements(desired: DesiredHost): readonly ShellStatement[] {
  return [
    run('systemctl', 'daemon-reload'),
    ...pathsOf(desired, 'tmpfiles').map((path) => run('systemd-tmpfiles', '--create', path)),
    // A key that this kernel or container lacks is said and passed over.
    ...pathsOf(desired, 'sysctl').map((path): ShellCommand => ({
      ...run('sysctl', '-q', '-e', '-p', path),
      failure: 'tolerated',
    })),
  ];
}

function activationStatements(desired: DesiredHost): readonly ShellStatement[] {
  return [
    ...desired.units.map((unit) => run('activate', unit)),
    ...pathsOf(desired, 'zone').map((path) => run(scriptPath('load-zone'), zoneOf(path), path)),
    run('remember'),
  ];
}

function pathsOf(desired: DesiredHost, activation: Activation): readonly string[] {
  return desired.files.filter((file) => file.activates === activation).map((file) => file.path);
}

/** A zone file is named after its zone. */
function zoneOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.zone$/, '');
}

function isMaterial(file: DesiredFile): boolean {
  return isTlsMaterial(file.path);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function firstAndRest(words: readonly string[]): [string, ...string[]] {
  const [first, ...rest] = words;
  if (first === undefined) throw new Error('a host needs at least one package');
  return [first, ...rest];
}

const prelude = `
state=/var/lib/evenkeel

say() { printf '== %s\\n' "$*"; }
fail() { printf '%s\\n' "$*" >&2; exit 1; }

# need PACKAGE...: installs the packages that are missing; their daemons wait for our files before they start
need() {
  missing=
  for package in "$@"; do
    [ "$(dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "installing$missing"
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
    chmod 0755 /usr/sbin/policy-rc.d
  fi
  apt-get update -q
  # The list is ours and its names hold no blanks: split on purpose.
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

# settle MODE OWNER PATH: gives PATH.new its mode and owner and puts it in the place of PATH if it differs
settle() {
  chmod "$1" "$3.new"
  chown "$2" "$3.new"
  if cmp -s "$3.new" "$3"; then
    rm -f "$3.new"
  else
    # Remembered on disk: a run that ends early leaves its files to be told by the next one.
    mkdir -p "$state"
    : >"$state/export-pending"
    mv -f "$3.new" "$3"
    say "wrote $3"
  fi
}

# put MODE OWNER PATH: writes standard input to PATH
put() {
  mkdir -p "$(dirname "$3")"
  cat >"$3.new"
  settle "$@"
}

# take MODE OWNER FILE PATH: copies FILE of the directory that tls.sh made to PATH
take() {
  [ -f "$tls/$3" ] || fail "there is no $tls/$3: run tls.sh and copy its directory here, or set EVENKEEL_TLS"
  mkdir -p "$(dirname "$4")"
  (umask 077 && cat "$tls/$3" >"$4.new")
  settle "$1" "$2" "$4"
}

# activate UNIT: enables it, starts it, and tells it of new files; a reload keeps its connections
activate() {
  systemctl enable -q "$1"
  if ! systemctl is-active -q "$1"; then
    systemctl start "$1"
  elif [ -e "$state/export-pending" ]; then
    if [ -e "$state/exported" ] && systemctl show -p CanReload "$1" | grep -q yes; then
      systemctl reload "$1"
    else
      systemctl restart "$1"
    fi
  fi
}

# remember: everything is told; from now on reloads are enough
remember() {
  mkdir -p "$state"
  [ -e "$state/export-pending" ] || say "nothing had changed"
  : >"$state/exported"
  rm -f "$state/export-pending"
}

[ "$(id -u)" = 0 ] || fail "run this as root"
[ "$(. /etc/os-release && echo "$ID $VERSION_ID")" = "debian $release" ] || fail "this script is for Debian $release"
tls=\${EVENKEEL_TLS:-./evenkeel-tls}
`;
