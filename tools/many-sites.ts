/** An edge file with so many sites, each with a name of its own; four pools. For measuring. */
export function manySitesFile(count: number): string {
  const lines = [
    'version: 1',
    'name: many',
    'networks:',
    '  lan: { ipv4: 192.168.10.0/24 }',
    'hosts:',
    '  dns1: { role: nameserver, address: 192.168.10.21 }',
    '  dns2: { role: nameserver, address: 192.168.10.22 }',
    '  lb1: { role: balancer, address: 192.168.10.11 }',
    '  lb2: { role: balancer, address: 192.168.10.12 }',
    '  web1: { role: web, address: 192.168.10.31 }',
    '  web2: { role: web, address: 192.168.10.32 }',
    'vips:',
    '  vip1: { address: 192.168.10.100 }',
    '  vip2: { address: 192.168.10.200 }',
    'pools:',
    ...['round-robin', 'least-connections', 'random-two', 'consistent-hash'].map(
      (algorithm, index) => `  pool${index}: { backends: [web1, web2], algorithm: ${algorithm} }`,
    ),
    'sites:',
    ...Array.from({ length: count }, (_, index) => `  site${index}.example.com: { pool: pool${index % 4} }`),
    'zones:',
    '  example.com: {}',
    '',
  ];
  return lines.join('\n');
}
