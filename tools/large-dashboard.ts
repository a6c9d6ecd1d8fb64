/** The text of an edge file with so many hosts (14 of them balancers and nameservers) and sites, for the dashboard. At most 200 hosts. */
export function largeDashboardFile({ hosts, sites }: { readonly hosts: number; readonly sites: number }): string {
  const lines = (count: number, line: (index: number) => string): readonly string[] =>
    Array.from({ length: count }, (_, index) => line(index));
  const [balancers, nameservers, vips] = [10, 4, 20];
  const servers = hosts - balancers - nameservers;
  return [
    'version: 1',
    'name: large',
    'networks: { lan: { ipv4: 10.0.0.0/23, gateway: 10.0.0.1 } }',
    'hosts:',
    ...lines(balancers, (index) => `  lb${index + 1}: { role: balancer, address: 10.0.0.${11 + index} }`),
    ...lines(nameservers, (index) => `  dns${index + 1}: { role: nameserver, address: 10.0.0.${31 + index} }`),
    ...lines(servers, (index) => `  web${index + 1}: { role: web, address: 10.0.1.${11 + index} }`),
    'vips:',
    ...lines(vips, (index) => `  vip${index + 1}: { address: 10.0.0.${100 + index} }`),
    'pools:',
    ...lines(4, (pool) => {
      const own = lines(servers, (index) => `web${index + 1}`).filter((_, index) => index % 4 === pool);
      return `  pool${pool + 1}: { backends: [${own.join(', ')}] }`;
    }),
    'sites:',
    ...lines(sites, (index) => {
      const vip = (index % vips) + 1;
      return `  s${index + 1}.example.com: { pool: pool${(index % 4) + 1}, vips: [vip${vip}, vip${(vip % vips) + 1}] }`;
    }),
    'zones: { example.com: {} }',
    '',
  ].join('\n');
}
