import type { Severity } from '../base/diagnostic.ts';

/** What stands behind a code: printed nowhere but in docs/diagnostics.md. */
export interface CatalogueEntry {
  readonly severity: Severity;
  readonly title: string;
  readonly explanation: string;
}

function error(title: string, explanation: string): CatalogueEntry {
  return { severity: 'error', title, explanation };
}

function warning(title: string, explanation: string): CatalogueEntry {
  return { severity: 'warning', title, explanation };
}

/**
 * Every code a diagnostic can carry. Codes are never reused for another meaning.
 * 1xx the file and its YAML, 2xx shape, 3xx references and duplicates, 4xx networks, hosts and VIPs, 5xx pools and
 * sites, 6xx DNS, 7xx faults that a person wrote, 8xx alerts.
 */
export const diagnosticCatalogue = {
  EK101: error(
    'The file is too large',
    'An edge file of 10,000 sites is about 1 MB. Above 4 MiB the file is refused before it is read.',
  ),
  EK102: error('The YAML cannot be read', 'The text is no YAML 1.2. Nothing else is checked until it is.'),
  EK103: error('A tab indents a line', 'YAML allows only blanks for indentation.'),
  EK104: error(
    'A key stands twice in one map',
    'YAML asks for unique keys. Many readers silently take the last one; evenkeel refuses.',
  ),
  EK105: error(
    'More than one YAML document',
    'One file is one edge. `---` in the middle of a file starts a second document.',
  ),
  EK106: error(
    'An alias grows without bound',
    'Aliases may stand for 100,000 values at most in total, and an anchor must not contain itself ("billion laughs").',
  ),
  EK107: error(
    'A key is not text',
    'Every key of an edge file is text. Numbers, `true`, `null`, lists and maps as keys are refused.',
  ),
  EK108: error('The file is empty', 'There is nothing in the file but blanks and comments.'),
  EK109: error('The file is not text', 'The file holds NUL or other control characters, or bytes that are not UTF-8.'),
  EK110: error(
    'An alias without an anchor',
    'An alias `*name` needs an anchor `&name` above it. A plain value that begins with `*` needs quotes.',
  ),
  EK111: error('A YAML tag', 'Tags such as `!secret` or `!!binary` have no meaning in an edge file.'),
  EK112: error('Nested too deeply', 'No edge file needs more than 32 levels.'),
  EK113: error('A merge key', '`<<` is YAML 1.1 and not supported. Top-level `ssh` holds what hosts share.'),

  EK201: error('An unknown key', 'The key means nothing at this place. Nothing is ignored silently.'),
  EK202: error('A key is missing', 'The key has no default.'),
  EK203: error(
    'A value of the wrong kind',
    'For example a list where text is expected, or `no` where `false` is meant.',
  ),
  EK204: error('A value that is not one of those allowed', 'The key takes one of a fixed list of words.'),
  EK205: error(
    'A bad name',
    'Names of networks, hosts, VIPs and pools are DNS labels in lower case: a letter, then letters, digits and `-`.',
  ),
  EK206: error('A number out of range', 'The range is named in the message.'),
  EK207: error('A bad duration', 'A duration is a number with its unit: `200ms`, `5s`, `1m`, `2h`, `30d`.'),
  EK208: error('A bad size', 'A size is a whole number with `k`, `m` or `g`: `32m`. From 1k to 10g.'),
  EK209: error(
    'A bad IP address',
    'IPv4 has four decimal parts; IPv6 follows RFC 4291, without a zone id. Addresses carry no prefix length.',
  ),
  EK210: error('A bad network', 'A network is its first address, a slash and the prefix length: `192.168.10.0/24`.'),
  EK211: error('An unknown version of the edge file', 'This program reads `version: 1`.'),
  EK212: error(
    'Text that cannot stand here',
    'The text would break a configuration file or a command line it ends up in.',
  ),
  EK213: error('An empty value', 'A key without a value is YAML null. Leave the key out, or write what you mean.'),
  EK214: error('A bad share', 'A share is a number of per cent with its sign, with up to three decimals: `99.9%`.'),

  EK301: error('A reference to something that is not there', 'The name stands nowhere in this file.'),
  EK302: error('A reference to a host of another role', 'Backends are web servers, holders of VIPs are balancers.'),
  EK303: error('A name used twice', 'Hosts and VIPs share one set of names, because both become DNS names.'),
  EK304: error(
    'An address with two roles',
    'An address belongs to exactly one host, VIP, gateway, outside backend or lab client.',
  ),
  EK305: error(
    'A resolver that is no nameserver',
    'Clients ask nameservers. A balancer, a VIP or a web server answers no DNS, and a client that has one as resolver loses its names with it.',
  ),
  EK306: error(
    'A site name used twice',
    'A host name belongs to one site, or NGINX would choose one of them silently.',
  ),
  EK307: error('Listed twice', 'The same entry stands twice in one list.'),

  EK308: warning(
    'More than three resolvers',
    'The C library reads three nameservers from resolv.conf and ignores the others (resolv.conf(5), MAXNS).',
  ),

  EK401: error('An address in no network', 'Every host and VIP lies in one of the networks of this file.'),
  EK402: error('An address in several networks', 'Networks overlap, so the host must say in which it is.'),
  EK403: error(
    'An address outside the named network',
    'The host says it is in a network that does not hold its address.',
  ),
  EK404: error(
    'The first or last address of a network',
    'The first address is the network itself, the last one its broadcast address.',
  ),
  EK405: error('A gateway outside its network', 'A router is reached inside the network.'),
  EK407: error(
    'A VIP outside its network',
    'A VIP lies in the network of the balancers, or no client would find it there.',
  ),
  EK408: error(
    'A balancer outside the network of a VIP',
    'Every balancer must be able to hold every VIP, so all of them are in its layer 2 segment.',
  ),
  EK409: error(
    'A VIP without IPv4',
    'VRRP adverts carry the IPv4 address; the IPv6 address moves with it. A VIP of IPv6 alone is not supported.',
  ),
  EK410: error('Two addresses of one family', 'A host or VIP has at most one IPv4 and one IPv6 address.'),
  EK411: error(
    'IPv6 VIPs in different /64 networks',
    'Clients sort IPv6 answers by common prefix (RFC 6724 rule 9): in different prefixes one VIP would get nearly all of them.',
  ),
  EK412: error(
    'A VRID used twice',
    'Two VRRP instances with one VRID in a segment take each other for their peer (RFC 9568 section 5.2.3).',
  ),
  EK413: error(
    'Fewer than two balancers',
    'With one balancer nothing can fail over. Say `allow: [single-balancer]` if that is meant.',
  ),
  EK414: error(
    'Fewer than two nameservers',
    'With one nameserver its death takes every name away. Say `allow: [single-nameserver]` if that is meant.',
  ),
  EK415: warning('A single VIP', 'With one VIP one balancer carries everything and the others wait: active/passive.'),
  EK416: error(
    'Too many balancers',
    'Priorities between 1 and 250 must differ with room between them; 64 balancers are the limit.',
  ),
  EK417: error('No VRID left', 'VRIDs go from 1 to 255 (RFC 9568 section 5.2.3).'),
  EK418: error('A balancer without IPv4', 'Balancers send each other VRRP adverts over IPv4.'),
  EK419: error(
    'IPv6 without a balancer address',
    'A balancer that holds an IPv6 VIP needs an IPv6 address in that network to answer from.',
  ),
  EK420: error(
    'A backend that balancers cannot reach',
    'The backend has only IPv6 and a balancer has none, or the other way round.',
  ),
  EK421: error(
    'An address of no use',
    'Loopback, multicast, link-local, unspecified and IPv4-mapped addresses belong to no host of an edge.',
  ),
  EK422: warning(
    'No address for the lab client',
    'The lab adds a client to the first network with VIPs, and that network is full.',
  ),
  EK424: error(
    'Two hosts behind one SSH address',
    'Each host is a machine of its own; one that is reached for several of them would get the files of all.',
  ),
  EK425: warning('All VIPs on one balancer', 'One balancer carries everything and the others wait: active/passive.'),
  EK426: error(
    'A port that the machine needs itself',
    'A managed web server listens on the ports of its backends, and its SSH server listens already.',
  ),
  EK427: error('An interface of no use', 'Behind the loopback interface is no other machine.'),
  EK423: warning('A VIP without a site', 'No site uses this VIP, so nobody is sent there.'),

  EK501: error('A pool without backends', 'Every request would get an error.'),
  EK502: error(
    'A pool of backup backends only',
    'A backup is used when all others are down; without others NGINX refuses the pool.',
  ),
  EK503: error(
    'Backup with an algorithm that has none',
    'NGINX refuses `backup` together with ip_hash, hash and random (ngx_http_upstream_module).',
  ),
  EK504: warning('`hash` without effect', 'Only `consistent-hash` reads `hash`.'),
  EK505: warning('Times that contradict each other', 'One of the times makes the other one useless.'),
  EK506: error(
    'A name that is no DNS name',
    'Labels of letters, digits and `-`, up to 63 each and 253 in all (RFC 1035, RFC 1123). `*` only as the whole first label.',
  ),
  EK507: error(
    'A certificate that does not cover a name',
    'Browsers compare the name with the certificate (RFC 6125): a wildcard stands for exactly one label.',
  ),
  EK508: warning('A pool without a site', 'No site sends requests to this pool.'),
  EK509: warning('A web server without a pool', 'The web server is configured, but no pool sends requests to it.'),
  EK510: warning(
    'HSTS without redirect',
    'Browsers ignore Strict-Transport-Security over plain HTTP (RFC 6797 section 8.1).',
  ),

  EK511: error(
    'A certificate or key that cannot serve',
    'The certificate is PEM, leaf first, not expired, and the key is its own and has no passphrase.',
  ),
  EK512: warning(
    'A certificate or key that cannot be read here',
    'What is not there can not be judged; `plan` and `apply` need it.',
  ),
  EK513: error(
    'An internal certificate for a whole top-level domain',
    'The internal CA may sign every name below the names of its sites, and clients trust it: for `com` that is every name in .com.',
  ),
  EK514: warning(
    'A key of a check without effect',
    'A check of kind `tcp` only connects, one of kind `grpc` asks grpc.health.v1.Health for the whole server.',
  ),
  EK515: error(
    'A check that comes too often',
    'Every balancer asks every backend. Ten checks a second from each are the most that is accepted.',
  ),

  EK601: error('A bad zone name', 'A zone is a DNS name without final dot.'),
  EK602: error('A bad record name', 'The name of a record is relative to its zone; `@` is the zone itself.'),
  EK603: error('A bad record value', 'The value does not follow the syntax of the record type.'),
  EK604: error(
    'CNAME beside other records',
    'A name with a CNAME has nothing else (RFC 1034 section 3.6.2), and the zone itself has NS and SOA.',
  ),
  EK605: error(
    'A record that evenkeel makes itself',
    'Site names, VIPs, nameservers and the SOA and NS of the zone come from the model.',
  ),
  EK606: error(
    'A record that points at a host',
    "A client sent to a host loses it when the host dies. Names of services point at VIPs; only a record with the host's own name may hold its address.",
  ),
  EK607: error('A record twice', 'The same name, type and value stand twice.'),
  EK608: error('Different TTLs in one record set', 'Records of one name and type have one TTL (RFC 2181 section 5.2).'),
  EK609: warning(
    'A site name outside every zone',
    'The nameservers of this edge will not answer for it; somebody else must point it at the VIPs.',
  ),
  EK610: error(
    'A health record over 255 octets',
    'The addresses of all VIPs of a name stand in one LUA record; a TXT-like string holds 255 octets and PowerDNS splits longer ones on transfer.',
  ),
  EK612: error(
    'A delegation that hides names',
    'Below a name with NS records a nameserver refers clients elsewhere (RFC 1034 section 4.3.2) and never answers itself.',
  ),
  EK611: error('A bad contact', 'The contact of a zone is a mail address.'),

  EK701: error(
    'A step of a fault that means nothing',
    'A step is about a service, a machine, two hosts that are parted, a router or a command, and its keys go together.',
  ),
  EK702: error(
    'A service that the host does not run',
    'Balancers run NGINX and keepalived, nameservers pdns, both an agent; web servers run NGINX; all run sshd.',
  ),
  EK703: error(
    'A cause that nothing heals',
    'What a fault breaks its `heal` mends: by the opposite step, or by a command. After a drill the edge is as before.',
  ),

  EK801: error(
    'A receiver that says too little or two things',
    'A receiver is one of `webhook`, `mail` and `command`; a webhook has one of `url` and `url-file`; a login is `user` and `password-file` together.',
  ),
  EK802: error(
    'Alerts in the clear',
    'Webhooks go over HTTPS and mail over TLS, but to this computer or with `insecure: true`. A password never goes without TLS (RFC 4954 section 4).',
  ),
  EK803: warning(
    'A file of a receiver that can not be used here',
    'Secrets stand in files that only their owner may read (0600). What can not be read here can not be judged; `serve` and `alert test` need it.',
  ),
  EK804: warning('Alerts without a receiver', 'Nothing is sent to anybody.'),
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

/** A code of the catalogue. */
export type DiagnosticCode = keyof typeof diagnosticCatalogue;
