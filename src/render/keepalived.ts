import { isAtLeast } from '../base/version.ts';
import {
  failoverSettings,
  type FailoverSettings,
  type GratuitousArp,
  type Preempt,
} from '../model/failover-settings.ts';
import type { Balancer, Model, Vip } from '../model/model.ts';
import { claimFile, claimOver, settlingWeight } from '../model/state-files.ts';
import { isolatePath, yieldPath } from '../model/witness-paths.ts';
import { block, line, printKeepalived, type KeepalivedNode } from '../syntax/keepalived.ts';
import { ipv4Of, peersOf, vipsOf, type HeldVip } from '../model/balancer-peers.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import type { RenderInput } from './render-input.ts';
import type { Platform } from './platform.ts';

/** Something that takes a balancer out of service, and the file that says so. */
interface Cause {
  readonly name: string;
  readonly file: string;
}

/** What takes a balancer out of service for every VIP. Each is tracked with weight 0: any of them is FAULT. */
const causes: readonly Cause[] = [
  { name: 'nginx', file: hostPaths.nginxVerdict },
  { name: 'answers', file: hostPaths.nginxAnswers },
  { name: 'drain', file: hostPaths.drain },
  { name: 'isolate', file: isolatePath },
];

/** For one VIP: another balancer holds it too, and is preferred. */
function yieldCause(vip: Vip): Cause {
  return { name: `yield-${vip.name}`, file: yieldPath(vip.name) };
}

/** Without an agent, which knows better, keepalived itself waits before a VIP comes home: an NGINX that dies at each start moves it once. */
const failbackAlone: Preempt = { kind: 'after', delayMs: 3000 };

/** keepalived's own files on one balancer: VRRP for every VIP it may hold. */
export function renderKeepalived(
  { model, agent }: Pick<RenderInput, 'model' | 'agent'>,
  balancer: Balancer,
  platform: Platform,
): readonly DesiredFile[] {
  const byAgent = failoverSettings(model);
  const settings = agent === undefined ? { ...byAgent, preempt: failbackAlone } : byAgent;
  return [
    desiredFile({
      host: balancer.name,
      path: '/etc/keepalived/keepalived.conf',
      content: printKeepalived([
        { kind: 'comment', text: `${madeBy} ${balancer.name}, keepalived ${platform.keepalived}.` },
        globalDefinitions(settings, balancer, platform),
        ...[...causes, ...vipsOf(model, balancer).map(({ vip }) => yieldCause(vip))].map((cause) =>
          block(['track_file', cause.name], [line('file', cause.file), line('weight', '0')]),
        ),
        { kind: 'comment', text: 'Who has just returned, or is of little use, takes a VIP only when nobody else can.' },
        block(['track_file', 'settling'], [line('file', hostPaths.settling), line('weight', '0')]),
        { kind: 'comment', text: 'A planned move raises the new holder. Failures are never weights.' },
        ...vipsOf(model, balancer).map(({ vip, priority }) =>
          block(
            ['track_file', claimName(vip)],
            [line('file', claimFile(vip.name)), line('weight', String(claimOver(priority)))],
          ),
        ),
        ...vipsOf(model, balancer).map((held) => instance({ model, settings, balancer }, held)),
      ]),
      activates: 'keepalived',
      why: 'VRRP: which balancer holds which VIP',
    }),
    desiredFile({
      host: balancer.name,
      path: '/etc/default/keepalived',
      // --vrrp: no checker process, which would only watch IPVS that nobody uses.
      content: `# ${madeBy}\nDAEMON_ARGS="--vrrp"\n`,
      activates: 'systemd-keepalived',
      why: 'keepalived runs VRRP only',
    }),
  ];
}

/** The reasons for each value, and for what is not here: docs/adr/0003-vrrp.md. */
function globalDefinitions(settings: FailoverSettings, balancer: Balancer, platform: Platform): KeepalivedNode {
  return block(
    ['global_defs'],
    [
      line('router_id', balancer.name),
      line('vrrp_version', String(settings.vrrpVersion)),
      line('vrrp_check_unicast_src'),
      {
        kind: 'comment',
        text: 'Neighbours learn the new holder at once, again after 1 s, and every second from then on.',
      },
      line('vrrp_garp_master_repeat', '3'),
      line('vrrp_garp_master_delay', '1'),
      ...refresh(settings.garp),
      {
        kind: 'comment',
        text: 'After two balancers held one VIP, the one that stays tells the neighbours and the other.',
      },
      line('vrrp_garp_lower_prio_repeat', settings.garp.onLowerAdvert ? '3' : '0'),
      line('vrrp_garp_lower_prio_delay', '1'),
      line('vrrp_higher_prio_send_advert', String(settings.garp.answersHigher)),
      { kind: 'comment', text: 'Adverts must leave in time on a busy machine.' },
      line('vrrp_priority', '-20'),
      line('vrrp_no_swap'),
      line('max_auto_priority', '-1'),
      {
        kind: 'comment',
        text: 'A reload with a broken file is refused; without this keepalived exits and leaves its VIPs behind.',
      },
      line('reload_check_config', `${hostPaths.run}/keepalived-check.log`),
      ...(isAtLeast(platform.keepalived, '2.3') ? [line('json_version', '2')] : []),
    ],
  );
}

function refresh({ refreshMs }: GratuitousArp): readonly KeepalivedNode[] {
  if (refreshMs === undefined) return [];
  return [line('vrrp_garp_master_refresh', String(refreshMs / 1000)), line('vrrp_garp_master_refresh_repeat', '1')];
}

interface Holder {
  readonly model: Model;
  readonly settings: FailoverSettings;
  readonly balancer: Balancer;
}

function instance({ model, settings, balancer }: Holder, { vip, priority }: HeldVip): KeepalivedNode {
  const peers = peersOf(model, balancer).filter((peer) => vip.claims.some((claim) => claim.balancer === peer.name));
  return block(
    ['vrrp_instance', vip.name],
    [
      // BACKUP on all: keepalived drops preempt_delay for an instance that starts as MASTER.
      line('state', 'BACKUP'),
      line('interface', balancer.interface),
      line('virtual_router_id', String(vip.vrid)),
      {
        kind: 'line',
        words: ['priority', String(priority)],
        ...(vip.preferred === balancer.name ? { note: 'preferred holder' } : {}),
      },
      line('advert_int', String(settings.advertMs / 1000)),
      ...failback(settings.preempt),
      line('unicast_src_ip', ipv4Of(balancer).text),
      line('track_src_ip'),
      // A TTL of 255 proves that no router passed the advert on (RFC 5082).
      block(
        ['unicast_peer'],
        peers.map((peer) => line(ipv4Of(peer).text, 'min_ttl', '255', 'max_ttl', '255')),
      ),
      // One address is carried in adverts; keepalived 2.2 takes a different list for another router.
      block(['virtual_ipaddress'], [line(`${vip.ipv4.text}/32`, 'dev', balancer.interface)]),
      ...(vip.ipv6 === undefined
        ? []
        : [block(['virtual_ipaddress_excluded'], [line(`${vip.ipv6.text}/128`, 'dev', balancer.interface)])]),
      block(
        ['track_file'],
        [
          ...[...causes, yieldCause(vip)].map((cause) => line(cause.name)),
          line('settling', 'weight', String(-settlingWeight(vip.claims))),
          line(claimName(vip), 'weight', String(claimOver(priority))),
        ],
      ),
    ],
  );
}

function claimName(vip: Vip): string {
  return `claim-${vip.name}`;
}

/** When a recovered balancer takes its VIP back (keepalived.conf(5): at once, unless told otherwise). */
function failback(preempt: Preempt): readonly KeepalivedNode[] {
  switch (preempt.kind) {
    case 'at-once':
      return [];
    case 'after':
      return [line('preempt_delay', String(preempt.delayMs / 1000))];
    case 'never':
      return [line('nopreempt')];
  }
}
