import { textKinds } from './text-kinds.ts';

/** What `evenkeel init` lets a person choose. */
export interface StarterChoices {
  /** The name of the edge. Default `edge`. */
  readonly name?: string;
}

/**
 * A commented edge file to begin with: two of everything, two VIPs, one site. It passes every check as it is, so that
 * the lab can be started from it before a single address is changed. Ends with a line end.
 */
export function starterEdgeFile({ name = 'edge' }: StarterChoices = {}): string {
  // A bad name stands there in quotes, for `check` to refuse; it never becomes other keys.
  const written = textKinds.edgeName.accepts(name) ? name : JSON.stringify(name);
  return `# The edge file of evenkeel: everything about your edge, in one place.
# Check it with \`evenkeel check\`, try it on this computer with \`evenkeel lab up\`.
# An editor with a YAML language server completes keys when it has the schema:
#   evenkeel schema > edge.schema.json
# yaml-language-server: $schema=edge.schema.json
version: 1
name: ${written}

# How fast a dead machine is noticed: safe (adverts every 1 s), normal (100 ms) or fast (50 ms).
failover: normal

# Layer 2 segments. \`gateway\` is the router that clients come through.
# IPv6 beside IPv4: ipv6: "fd00:10::/64"
networks:
  lan: { ipv4: 192.168.10.0/24, gateway: 192.168.10.1 }

# How to log in to all hosts; what is not said is left to your ssh_config.
# ssh: { user: admin, identity: ~/.ssh/id_ed25519, jump: gate.example.com }

# Machines by role. A host may have its own \`ssh\`, \`network\` and \`interface\` (default eth0).
hosts:
  # Nameservers answer for the zones below; they are what clients have as resolvers.
  dns1: { role: nameserver, address: 192.168.10.21 }
  dns2: { role: nameserver, address: 192.168.10.22 }
  # Balancers hold the VIPs, terminate TLS and pass requests on.
  lb1: { role: balancer, address: 192.168.10.11 }
  lb2: { role: balancer, address: 192.168.10.12 }
  # Web servers. With \`managed: false\` evenkeel sends requests to one and never logs in to it.
  web1: { role: web, address: 192.168.10.31 }
  web2: { role: web, address: 192.168.10.32 }

# Virtual addresses: free addresses of the network. Each is held by one balancer and taken over by another.
vips:
  vip1: { address: 192.168.10.100, preferred: lb1 }
  vip2: { address: 192.168.10.200, preferred: lb2 }

# Web servers that do the same work.
# algorithm: round-robin, least-connections, random-two, client-ip-hash, consistent-hash, sticky-cookie
pools:
  web:
    backends: [web1, web2] # with options: { server: web2, port: 8080, weight: 2, backup: true }
    algorithm: round-robin
    # check: { path: /health, status: 200, interval: 1s, timeout: 2s, rise: 2, fall: 2 }
    # timeouts: { connect: 2s, read: 60s, send: 60s }
    # retry: { attempts: 2, within: 5s }

# Host names and the pool that answers for them.
# tls: internal makes a certificate from the edge's own CA; your own:
#   tls: { certificate: certificates/shop.pem, key: certificates/shop.key }
sites:
  example.home.arpa:
    names: [example.home.arpa, www.example.home.arpa]
    pool: web
    # redirect: true       HTTP to HTTPS
    # hsts: false          Strict-Transport-Security
    # body-limit: 32m      largest request body
    # slo: 99.9%           wanted availability per month

# Zones that the nameservers answer for. Site names are derived; here stands what you add.
# Use a domain that you own, or one under home.arpa (RFC 8375).
zones:
  example.home.arpa: {}
    # ttl: 30
    # records:
    #   - { name: mail, type: MX, value: 10 mail.example.org. }

# What clients have in their resolv.conf. Default: every nameserver. Never a balancer.
# clients: { resolvers: [dns1, dns2] }
`;
}
