/** The text of an edge file with so many balancers and VIPs, two web servers and two nameservers. At most 80 and 150. */
export function largeEdgeFile(balancers: number, vips: number): string {
  const lines = (count: number, line: (index: number) => string): readonly string[] =>
    Array.from({ length: count }, (_, index) => line(index));
  return [
    'version: 1',
    'name: large',
    'networks: { lan: { ipv4: 10.0.0.0/24, gateway: 10.0.0.1 } }',
    'hosts:',
    ...lines(balancers, (index) => `  lb${index + 1}: { role: balancer, address: 10.0.0.${11 + index} }`),
    '  dns1: { role: nameserver, address: 10.0.0.251 }',
    '  dns2: { role: nameserver, address: 10.0.0.252 }',
    '  web1: { role: web, address: 10.0.0.253 }',
    '  web2: { role: web, address: 10.0.0.254 }',
    'vips:',
    ...lines(vips, (index) => `  vip${index + 1}: { address: 10.0.0.${100 + index} }`),
    'pools: { web: { backends: [web1, web2] } }',
    'sites:',
    ...lines(vips, (index) => `  s${index + 1}.example.com: { pool: web, vips: [vip${index + 1}] }`),
    'zones: { example.com: {} }',
    '',
  ].join('\n');
}
