import fc from 'fast-check';

/** An edge to write as a file: numbers of machines, and what its VIPs wish. */
export interface EdgeShape {
  readonly balancers: number;
  readonly nameservers: number;
  readonly webServers: number;
  readonly ipv6: 'with' | 'without';
  readonly vips: readonly { readonly preferred: number | undefined; readonly vrid: number | undefined }[];
}

/** Edges that are right: 2 to 20 balancers, up to 30 VIPs. */
export const edgeShapes: fc.Arbitrary<EdgeShape> = fc.integer({ min: 2, max: 20 }).chain((balancers) =>
  fc.record({
    balancers: fc.constant(balancers),
    nameservers: fc.integer({ min: 2, max: 4 }),
    webServers: fc.integer({ min: 1, max: 10 }),
    ipv6: fc.constantFrom('with', 'without'),
    vips: fc.uniqueArray(
      fc.record({
        preferred: fc.option(fc.integer({ min: 1, max: balancers }), { nil: undefined }),
        vrid: fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined }),
      }),
      { minLength: 2, maxLength: 30, comparator: (a, b) => a.vrid !== undefined && a.vrid === b.vrid },
    ),
  }),
);

/** The edge file of a shape. Sites use the first two VIPs, so that their records fit. */
export function edgeText({ balancers, nameservers, webServers, ipv6, vips }: EdgeShape): string {
  const address = (block: number, index: number): string => {
    const ipv4 = `10.0.${block}.${index}`;
    return ipv6 === 'with' ? `[${ipv4}, "fd00::${block}:${index}"]` : ipv4;
  };
  const rows = (count: number, row: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => `  ${row(index + 1)}\n`).join('');
  return `version: 1
name: some
networks:
  lan: { ipv4: 10.0.0.0/16${ipv6 === 'with' ? ', ipv6: "fd00::/64"' : ''}, gateway: 10.0.0.1 }
hosts:
${rows(balancers, (index) => `lb${index}: { role: balancer, address: ${address(1, index)} }`)}${rows(nameservers, (index) => `dns${index}: { role: nameserver, address: ${address(2, index)} }`)}${rows(webServers, (index) => `web${index}: { role: web, address: ${address(3, index)} }`)}vips:
${vips
  .map(({ preferred, vrid }, index) => {
    const wish = preferred === undefined ? '' : `, preferred: lb${preferred}`;
    return `  vip${index + 1}: { address: ${address(4, index + 1)}${wish}${vrid === undefined ? '' : `, vrid: ${vrid}`} }\n`;
  })
  .join('')}pools:
  web: { backends: [${Array.from({ length: webServers }, (_, index) => `web${index + 1}`).join(', ')}] }
sites:
  example.com: { names: [example.com, www.example.com], pool: web, vips: [vip1, vip2] }
zones:
  example.com: {}
`;
}
