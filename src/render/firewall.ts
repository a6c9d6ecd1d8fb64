import { failoverSettings } from '../model/failover-settings.ts';
import type { Balancer, Model } from '../model/model.ts';
import { firewallUnit } from '../model/own-tables.ts';
import { anyOf, printNftTable, quoted, type NftRule, type NftTable } from '../syntax/nftables.ts';
import { execSetting, printUnit, remark, setting } from '../syntax/systemd-unit.ts';
import { strangersSet } from '../model/witness-paths.ts';
import { ipv4Of, peersOf, vipsOf } from '../model/balancer-peers.ts';
import type { DesiredFile } from './desired-file.ts';
import { madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

const tablePath = '/etc/evenkeel/firewall.nft';

/**
 * A table of our own that drops VRRP from strangers and nothing else (docs/adr/0004-firewall.md): SSH can't be locked out, rules of the
 * host's owner stay in force, and no packet of a VIP meets a connection-state test.
 */
export function renderFirewall(model: Model, balancer: Balancer): readonly DesiredFile[] {
  return [
    desiredFile({
      host: balancer.name,
      path: tablePath,
      content: printNftTable(firewallTable(model, balancer)),
      activates: 'nftables',
      why: 'only the other balancers can speak VRRP to this one',
    }),
    desiredFile({
      host: balancer.name,
      path: `/etc/systemd/system/${firewallUnit}`,
      content: unit,
      activates: 'systemd-nftables',
      why: 'loads the firewall table before the network comes up',
    }),
  ];
}

/** Where the peers' adverts go: to this balancer's address; the tutorial's to the group of VRRP (RFC 3768, section 5.2.2). */
function advertTarget(model: Model, balancer: Balancer): string {
  return failoverSettings(model).adverts === 'multicast' ? '224.0.0.18' : ipv4Of(balancer).text;
}

/**
 * Byte 1 of an advert is its VRID (RFC 9568, section 5.1); nft counts bits. A peer is no stranger: one that an apply has not reached yet
 * speaks as its old configuration says.
 */
function rememberStrangers(model: Model, balancer: Balancer, peers: readonly string[]): readonly NftRule[] {
  const [first, ...rest] = vipsOf(model, balancer).map(({ vip }) => String(vip.vrid));
  if (first === undefined) return [];
  const numbers = ['@th,8,8', anyOf([first, ...rest]), 'update', `@${strangersSet}`] as const;
  const source = { kind: 'element', words: ['ip', 'saddr'] } as const;
  const [peer, ...others] = peers;
  return [
    {
      words:
        peer === undefined ? [...numbers, source] : ['ip', 'saddr', '!=', anyOf([peer, ...others]), ...numbers, source],
    },
  ];
}

/** The table of one balancer. */
export function firewallTable(model: Model, balancer: Balancer): NftTable {
  const peers = peersOf(model, balancer).map((peer) => ipv4Of(peer).text);
  const [first, ...rest] = peers;
  const fromPeers: readonly NftRule[] =
    first === undefined
      ? []
      : [
          {
            words: [
              ...(['iifname', quoted(balancer.interface), 'ip', 'saddr', anyOf([first, ...rest])] as const),
              ...(['ip', 'daddr', advertTarget(model, balancer), 'ip', 'ttl', '255', 'accept'] as const),
            ],
            note: 'A TTL of 255 proves that the advert passed no router (RFC 5082).',
          },
        ];
  return {
    family: 'inet',
    name: 'evenkeel',
    remarks: [
      madeBy,
      'Replaces this one table. It drops VRRP from strangers and leaves everything else to your rules.',
    ],
    sets: [
      {
        name: strangersSet,
        type: 'ipv4_addr',
        filled: { timeout: '10m', size: 64 },
        note: 'Who else spoke VRRP with a VRID of ours lately: its adverts are dropped, but two routers then use one number here.',
      },
    ],
    chains: [
      {
        name: 'input',
        base: { type: 'filter', hook: 'input', priority: ['filter', '-', '10'], policy: 'accept' },
        rules: [{ words: ['meta', 'l4proto', 'vrrp', 'jump', 'vrrp'] }],
      },
      {
        name: 'vrrp',
        base: undefined,
        rules: [
          ...fromPeers,
          ...rememberStrangers(model, balancer, peers),
          { words: ['counter', 'drop'], note: 'Whoever else says who holds a VIP is not heard.' },
        ],
      },
      {
        name: 'untrack-in',
        base: { type: 'filter', hook: 'prerouting', priority: ['raw'], policy: 'accept' },
        rules: [
          { words: ['meta', 'l4proto', 'vrrp', 'notrack'], note: 'A full connection table must not stop adverts.' },
        ],
      },
      {
        name: 'untrack-out',
        base: { type: 'filter', hook: 'output', priority: ['raw'], policy: 'accept' },
        rules: [{ words: ['meta', 'l4proto', 'vrrp', 'notrack'] }],
      },
    ],
  };
}

const unit = printUnit(
  [madeBy],
  [
    {
      name: 'Unit',
      entries: [
        setting('Description', 'evenkeel: VRRP from the other balancers only'),
        setting('DefaultDependencies', 'no'),
        setting('Wants', 'network-pre.target'),
        setting('Before', 'network-pre.target shutdown.target'),
        setting('Conflicts', 'shutdown.target'),
        remark(
          "Debian's nftables.service flushes every table when it starts, reloads and stops: come after it, with it.",
        ),
        setting('After', 'nftables.service'),
        setting('PartOf', 'nftables.service'),
        setting('ReloadPropagatedFrom', 'nftables.service'),
      ],
    },
    {
      name: 'Service',
      entries: [
        setting('Type', 'oneshot'),
        setting('RemainAfterExit', 'yes'),
        execSetting('ExecStart', { argv: ['/usr/sbin/nft', '-f', tablePath], failure: 'fatal' }),
        execSetting('ExecReload', { argv: ['/usr/sbin/nft', '-f', tablePath], failure: 'fatal' }),
        execSetting('ExecStop', {
          argv: ['/usr/sbin/nft', 'delete', 'table', 'inet', 'evenkeel'],
          failure: 'tolerant',
        }),
        setting('ProtectSystem', 'full'),
        setting('ProtectHome', 'yes'),
      ],
    },
    {
      name: 'Install',
      entries: [
        // Stopped with nftables.service, so started with it again.
        setting('WantedBy', 'sysinit.target nftables.service'),
      ],
    },
  ],
);
