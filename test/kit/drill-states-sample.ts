import type { DrillTimeline } from '../../src/facts/drill-report.ts';
import type { SampleFault } from './drill-report-sample.ts';

/** When a made-up drill begins. Milliseconds from the fault. */
export const begin = -5000;

/** Who holds the VIPs. */
export function holders(
  fault: SampleFault,
  { outage, heal }: { readonly outage: number; readonly heal: number },
): DrillTimeline['holders'] {
  const during = fault.holders;
  const moves =
    during === undefined || fault.gapMs === null
      ? []
      : [
          ...(during.length > 1 ? [] : [{ at: 40, holders: [] }]),
          { at: Math.max(60, outage - 20), holders: during },
          { at: heal + 3300, holders: ['lb1'] },
        ];
  return (['hosts', 'neighbours'] as const).flatMap((seen) => [
    {
      vip: 'vip1',
      seen,
      changes: [
        { at: begin, holders: ['lb1'] },
        ...(seen === 'hosts' ? moves : moves.filter((move) => move.holders.length === 1)),
      ],
    },
    { vip: 'vip2', seen, changes: [{ at: begin, holders: ['lb2'] }] },
  ]);
}

/** What the nameservers answer. */
export function answers(fault: SampleFault, heal: number): DrillTimeline['answers'] {
  const both = ['192.168.10.100', '192.168.10.200'];
  const during = fault.dnsAnswers === 'without-vip1' ? ['192.168.10.200'] : [];
  return ['dns1', 'dns2'].map((nameserver, index) => {
    const same = (fault.dnsAnswers ?? 'both') === 'both' || (fault.dnsAnswers === 'silent' && index > 0);
    return {
      nameserver,
      name: 'devops.com',
      changes: [
        { at: begin, addresses: both },
        ...(same
          ? []
          : [
              { at: 1100, addresses: during },
              { at: heal + 900, addresses: both },
            ]),
      ],
    };
  });
}

/** Which backends the balancers reach. */
export function backends(fault: SampleFault, heal: number): DrillTimeline['backends'] {
  return ['lb1', 'lb2'].flatMap((balancer) =>
    ['web1', 'web2'].map((backend) => ({
      balancer,
      backend,
      changes: [
        { at: begin, up: true },
        ...(fault.backendDown === true && backend === 'web1'
          ? [
              { at: 210, up: false },
              { at: heal + 380, up: true },
            ]
          : []),
      ],
    })),
  );
}
