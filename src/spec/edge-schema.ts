import * as z from 'zod';
import { alertsSchema } from './alerts-schema.ts';
import { addresses, duration, flag, text, whole } from './schema-parts.ts';
import { textKinds } from './text-kinds.ts';
import { algorithms, checkKinds } from './spec.ts';
import type { Spec } from './spec.ts';

/** For editors; `section-findings.ts` judges names and says what is wrong with one. */
const names = { type: 'string', pattern: textKinds.name.pattern } as const;

const network = z
  .strictObject({
    ipv4: text('ipv4Network', { description: 'The IPv4 network.' }).exactOptional(),
    ipv6: text('ipv6Network', { description: 'The IPv6 network.' }).exactOptional(),
    gateway: addresses({
      description: 'The router clients come through: one address, or one of each family.',
    }).exactOptional(),
  })
  .meta({ title: 'a network', description: 'A layer 2 segment.', examples: [{ ipv4: '192.168.10.0/24' }] });

const ssh = z
  .strictObject({
    host: text('sshHost', {
      description: "Host name, address or alias of ssh_config. Default: the host's first address.",
    }).exactOptional(),
    user: text('sshUser', { description: 'Login name. Default: what ssh_config says.' }).exactOptional(),
    port: whole(1, 65535, { description: 'Default: what ssh_config says, else 22.', examples: [22] }).exactOptional(),
    identity: text('path', {
      description: 'Private key file. Default: agent and ssh_config.',
      examples: ['~/.ssh/id_ed25519'],
    }).exactOptional(),
    jump: text('sshJump', { description: 'Jump host, as in `ssh -J`.' }).exactOptional(),
  })
  .meta({
    title: 'how to reach a host over SSH',
    description: 'How to reach hosts over SSH.',
    examples: [{ user: 'root' }],
  });

const host = z
  .strictObject({
    role: z.enum(['balancer', 'nameserver', 'web']).meta({
      title: 'a role',
      description: '`balancer` holds VIPs and proxies, `nameserver` answers DNS, `web` is a web server.',
      examples: ['web'],
    }),
    address: addresses({ description: 'One address, or one of each family.' }),
    network: text('name', {
      description: 'Name of its network. Default: the network that holds the address.',
      examples: ['lan'],
    }).exactOptional(),
    interface: text('interface', { description: 'Network interface.', default: 'eth0' }).exactOptional(),
    managed: flag({
      description: '`false`: a web server that evenkeel sends requests to and never logs in to.',
      default: true,
    }).exactOptional(),
    ssh: ssh.exactOptional(),
  })
  .meta({ title: 'a host', description: 'A machine.', examples: [{ role: 'web', address: '192.168.10.31' }] });

const vip = z
  .strictObject({
    address: addresses({
      description: 'One IPv4 address, and at most one IPv6 address that moves with it.',
      examples: ['192.168.10.100', ['192.168.10.100', 'fd00:10::100']],
    }),
    preferred: text('name', {
      description: 'The balancer that holds it while all is well. Default: VIPs are dealt out in turn.',
    }).exactOptional(),
    vrid: whole(1, 255, {
      description: 'VRRP virtual router id, unique in its network. Default: from 51 in the order of the file.',
      examples: [51],
    }).exactOptional(),
  })
  .meta({
    title: 'a VIP',
    description: 'A virtual address that balancers hold.',
    examples: [{ address: '192.168.10.100' }],
  });

const backend = z
  .strictObject({
    server: z
      .string()
      .min(1)
      .meta({
        title: 'the name of a web server, or an IP address',
        description: 'A host of role `web`, or an IP address.',
        examples: ['web1'],
      }),
    port: whole(1, 65535, { description: 'HTTP port.', default: 80, examples: [80] }).exactOptional(),
    weight: whole(1, 256, {
      description: 'Share of requests beside the others.',
      default: 1,
      examples: [1],
    }).exactOptional(),
    backup: flag({ description: 'Used only when all others are down.', default: false }).exactOptional(),
  })
  .meta({ title: 'a backend', description: 'A backend with its options.', examples: [{ server: 'web1', weight: 2 }] });

const status = whole(100, 599, { description: 'A status of HTTP.', examples: [200] });

const pool = z
  .strictObject({
    backends: z
      .array(
        z.union([z.string().min(1), backend]).meta({
          title: 'the name of a web server, an IP address, or `{ server: ... }` with options',
          examples: ['web1', { server: 'web1', weight: 2 }],
        }),
      )
      .meta({
        title: 'a list of backends',
        description: 'Web servers by name, or addresses.',
        examples: [['web1', 'web2']],
      }),
    algorithm: z
      .enum(algorithms)
      .meta({
        title: 'an algorithm',
        description: 'How a backend is chosen.',
        default: 'round-robin',
        examples: ['round-robin'],
      })
      .exactOptional(),
    hash: z
      .enum(['uri', 'client-ip', 'host'])
      .meta({
        title: 'what is hashed',
        description: 'What `consistent-hash` hashes.',
        default: 'uri',
        examples: ['uri'],
      })
      .exactOptional(),
    check: z
      .strictObject({
        kind: z
          .enum(checkKinds)
          .meta({
            title: 'a kind of check',
            description:
              '`https` does not judge the certificate, `tcp` only connects, `grpc` asks grpc.health.v1.Health without TLS.',
            default: 'http',
            examples: ['http'],
          })
          .exactOptional(),
        path: text('urlPath', { description: 'What is asked.', default: '/' }).exactOptional(),
        host: text('hostHeader', { description: "Host header. Default: the backend's address." }).exactOptional(),
        status: z
          .union([status, z.array(status).min(1)])
          .meta({
            title: 'a status from 100 to 599, or a list of them',
            description: 'What a healthy backend answers.',
            default: 200,
            examples: [200, [200, 204]],
          })
          .exactOptional(),
        body: text('bodyText', {
          description: 'Text that the answer must contain; its first 64 KiB are read.',
        }).exactOptional(),
        timeout: duration('How long the answer may take.', '2s'),
        interval: duration('From one check to the next, at least 100ms.', '1s'),
        rise: whole(1, 100, {
          description: 'So many good answers in a row bring a backend back.',
          default: 2,
          examples: [2],
        }).exactOptional(),
        fall: whole(1, 100, {
          description: 'So many bad answers in a row take a backend out.',
          default: 2,
          examples: [2],
        }).exactOptional(),
        'slow-start': text('duration', {
          description: 'How long a backend that came back gets less than its share. Default: off.',
          examples: ['30s'],
        }).exactOptional(),
        failures: whole(1, 1000, {
          description: 'So many failed requests within `window` take a backend out for `window`.',
          default: 2,
          examples: [2],
        }).exactOptional(),
        window: duration('See `failures`.', '5s'),
      })
      .meta({ title: 'a check', description: 'When a backend counts as healthy.', examples: [{ path: '/health' }] })
      .exactOptional(),
    timeouts: z
      .strictObject({
        connect: duration('To the backend.', '1s'),
        read: duration('Between two reads of the answer.', '60s'),
        send: duration('Between two writes of the request.', '60s'),
      })
      .meta({
        title: 'timeouts',
        description: 'How long the balancer waits for a backend.',
        examples: [{ read: '60s' }],
      })
      .exactOptional(),
    retry: z
      .strictObject({
        attempts: whole(1, 10, {
          description: 'Backends one request may be sent to.',
          default: 2,
          examples: [2],
        }).exactOptional(),
        within: duration('No further attempt after this time.', '5s'),
      })
      .meta({
        title: 'a retry policy',
        description: 'How often one request may be sent to another backend.',
        examples: [{ attempts: 2 }],
      })
      .exactOptional(),
    panic: whole(0, 100, {
      description: 'Per cent of backends up below which checks are not believed and all are used. 0: never.',
      default: 50,
      examples: [50],
    }).exactOptional(),
  })
  .meta({
    title: 'a pool',
    description: 'Backends that do the same work.',
    examples: [{ backends: ['web1', 'web2'] }],
  });

const site = z
  .strictObject({
    names: z
      .array(z.string().meta({ title: 'a host name' }))
      .min(1)
      .meta({
        title: 'a list of host names',
        description: 'Host names; `*.example.com` is one. Default: the key.',
        examples: [['example.com', 'www.example.com']],
      })
      .exactOptional(),
    pool: text('name', { description: 'The pool that answers.', examples: ['web'] }),
    tls: z
      .union([
        z.literal('internal'),
        z.strictObject({
          certificate: text('path', { description: 'Certificate and chain as PEM, relative to the edge file.' }),
          key: text('path', {
            description: 'Private key as PEM, relative to the edge file.',
            examples: ['certificates/shop.key'],
          }),
        }),
      ])
      .meta({
        title: '`internal`, or `{ certificate: FILE, key: FILE }`',
        description: "`internal`: a certificate of the edge's own CA.",
        default: 'internal',
        examples: ['internal', { certificate: 'certificates/shop.pem', key: 'certificates/shop.key' }],
      })
      .exactOptional(),
    redirect: flag({
      description: 'HTTP is redirected to HTTPS. With `false`, plain HTTP is proxied too.',
      default: true,
    }).exactOptional(),
    hsts: flag({ description: 'Strict-Transport-Security: browsers insist on HTTPS.', default: false }).exactOptional(),
    vips: z
      .array(text('name', { description: 'The name of a VIP.', examples: ['vip1'] }))
      .min(1)
      .meta({
        title: 'a list of VIPs',
        description: 'Where it is reached. Default: every VIP.',
        examples: [['vip1', 'vip2']],
      })
      .exactOptional(),
    'body-limit': text('size', { description: 'Largest request body.', default: '32m' }).exactOptional(),
    slo: text('share', {
      description:
        'Wanted availability per calendar month, which reports hold the outside probe against. Default: none.',
      examples: ['99.9%'],
    }).exactOptional(),
  })
  .meta({ title: 'a site', description: 'Host names that are served together.', examples: [{ pool: 'web' }] });

const record = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .meta({ title: 'a name', description: 'Relative to the zone; `@` is the zone itself.', examples: ['mail'] }),
    type: z
      .enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS', 'PTR'])
      .meta({ title: 'a record type', description: 'Type of the record.', examples: ['A'] }),
    value: z
      .string()
      .min(1)
      .meta({
        title: 'text',
        description: 'As in a zone file: `10 mail.example.com.` for MX. TXT without quotes.',
        examples: ['192.0.2.1'],
      }),
    ttl: whole(0, 604_800, { description: 'Seconds. Default 300.', default: 300, examples: [300] }).exactOptional(),
  })
  .meta({
    title: 'a record',
    description: 'A DNS record.',
    examples: [{ name: 'mail', type: 'A', value: '192.0.2.1' }],
  });

const zone = z
  .strictObject({
    ttl: whole(10, 300, {
      description: 'TTL of the site names in seconds.',
      default: 30,
      examples: [30],
    }).exactOptional(),
    contact: z
      .string()
      .meta({
        title: 'a mail address',
        description: 'Contact of the zone. Default: hostmaster@ZONE.',
        examples: ['hostmaster@example.com'],
      })
      .exactOptional(),
    records: z
      .array(record)
      .meta({
        title: 'a list of records',
        description: 'Records beside the ones that evenkeel derives.',
        examples: [[{ name: 'mail', type: 'A', value: '192.0.2.1' }]],
      })
      .exactOptional(),
  })
  .meta({ title: 'a zone', description: 'A DNS zone the nameservers answer for.', examples: [{}] });

/** The shape of an edge file. Its type is `Spec`. */
export const edgeSchema: z.ZodType<Spec> = z
  .strictObject({
    version: z.literal(1).meta({ title: '1', description: 'Version of this file format.', examples: [1] }),
    name: text('edgeName', { description: 'The name of the edge; names labs, certificates and state.' }),
    failover: z
      .enum(['safe', 'normal', 'fast'])
      .meta({
        title: 'a failover profile',
        description: 'How fast VRRP notices a dead machine: adverts every 1 s, 100 ms or 50 ms.',
        default: 'normal',
        examples: ['normal'],
      })
      .exactOptional(),
    failback: duration('How long a balancer that returned is watched before its VIPs come home.', '5s'),
    allow: z
      .array(z.enum(['single-balancer', 'single-nameserver']).meta({ title: 'an allowance' }))
      .meta({
        title: 'a list of allowances',
        description: 'Refusals that you take on.',
        examples: [['single-balancer']],
      })
      .exactOptional(),
    networks: z.record(z.string(), network).meta({
      title: 'a map of networks by name',
      propertyNames: names,
      description: 'Networks by name.',
      examples: [{ lan: { ipv4: '192.168.10.0/24' } }],
    }),
    ssh: ssh.meta({ ...ssh.meta(), description: "Defaults for every host's `ssh`." }).exactOptional(),
    hosts: z.record(z.string(), host).meta({
      title: 'a map of hosts by name',
      propertyNames: names,
      description: 'Hosts by name.',
      examples: [{ lb1: { role: 'balancer', address: '192.168.10.11' } }],
    }),
    vips: z.record(z.string(), vip).meta({
      title: 'a map of VIPs by name',
      propertyNames: names,
      description: 'VIPs by name.',
      examples: [{ vip1: { address: '192.168.10.100' } }],
    }),
    pools: z
      .record(z.string(), pool)
      .meta({
        title: 'a map of pools by name',
        propertyNames: names,
        description: 'Pools by name.',
        examples: [{ web: { backends: ['web1', 'web2'] } }],
      })
      .exactOptional(),
    sites: z
      .record(z.string(), site)
      .meta({
        title: 'a map of sites by name',
        description: 'Sites by name.',
        examples: [{ 'example.com': { pool: 'web' } }],
      })
      .exactOptional(),
    zones: z
      .record(z.string(), zone)
      .meta({ title: 'a map of zones by name', description: 'DNS zones by name.', examples: [{ 'example.com': {} }] })
      .exactOptional(),
    clients: z
      .strictObject({
        resolvers: z
          .array(
            z
              .string()
              .min(1)
              .meta({ title: 'the name of a nameserver, or an IP address', examples: ['dns1'] }),
          )
          .min(1)
          .meta({
            title: 'a list of resolvers',
            description: 'Nameservers by name, or addresses of resolvers of your own. Default: every nameserver.',
            examples: [['dns1', 'dns2']],
          })
          .exactOptional(),
      })
      .meta({
        title: 'what clients use',
        description: 'What clients of the edge use.',
        examples: [{ resolvers: ['dns1', 'dns2'] }],
      })
      .exactOptional(),
    alerts: alertsSchema.exactOptional(),
    lab: z
      .strictObject({
        client: addresses({
          description: "The client's address in the lab. Default: a free one of the first network.",
        }).exactOptional(),
      })
      .meta({ title: 'lab settings', description: 'Only for the lab.', examples: [{ client: '192.168.10.50' }] })
      .exactOptional(),
  })
  .meta({ title: 'an edge file', description: 'The edge file of evenkeel.' });
