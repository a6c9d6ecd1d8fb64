import { failoverSettings, type Tracker } from '../model/failover-settings.ts';
import type { Balancer, Model } from '../model/model.ts';
import { block, line, printKeepalived, type KeepalivedNode } from '../syntax/keepalived.ts';
import { vipsOf, type HeldVip } from '../model/balancer-peers.ts';
import type { DesiredFile } from './desired-file.ts';
import { madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

/** In a folder that only root writes to, as `enable_script_security` demands, and that a staged check sees. */
const checkPath = '/etc/keepalived/check_nginx.sh';

/**
 * keepalived as the tutorials have it (`--profile reference`): VRRPv2 adverts to the multicast group, MASTER and BACKUP,
 * and a script that asks every few seconds whether there is a process of NGINX. The numbers are `failoverSettings`'.
 * Not here, because the tutorials do not have it: gratuitous ARP settings, tracked files, a drop-in for the unit.
 * Throws a plain Error for settings that no vrrp_script can express.
 */
export function renderReferenceKeepalived(model: Model, balancer: Balancer): readonly DesiredFile[] {
  const { vrrpVersion, trackers } = failoverSettings(model);
  return [
    desiredFile({
      host: balancer.name,
      path: '/etc/keepalived/keepalived.conf',
      content: printKeepalived([
        { kind: 'comment', text: `${madeBy} ${balancer.name}, the settings of the usual tutorial.` },
        block(
          ['global_defs'],
          [
            line('router_id', balancer.name),
            line('vrrp_version', String(vrrpVersion)),
            line('enable_script_security'),
            line('script_user', 'root'),
          ],
        ),
        ...trackers.map(checkScript),
        ...vipsOf(model, balancer).map((held) => instance(model, balancer, held)),
      ]),
      activates: 'keepalived',
      why: 'VRRP: which balancer holds which VIP, as the usual tutorial sets it up',
    }),
    desiredFile({
      host: balancer.name,
      path: checkPath,
      content: checkNginx,
      mode: 0o755,
      activates: 'none',
      why: 'says to keepalived whether there is a process of NGINX',
    }),
  ];
}

/** keepalived 2.2 takes whole seconds only (vrrp/vrrp_parser.c:1514 at v2.2.7). */
function checkScript({ name, detection, weight }: Tracker): KeepalivedNode {
  if (detection.kind !== 'poll') throw new Error(`${name} is no check that is made every so often`);
  return block(
    ['vrrp_script', name],
    [
      line('script', checkPath),
      line('interval', String(detection.intervalMs / 1000)),
      line('timeout', String(detection.timeoutMs / 1000)),
      line('weight', String(weight)),
      line('fall', String(detection.fall)),
      line('rise', String(detection.rise)),
    ],
  );
}

function instance(model: Model, balancer: Balancer, { vip, priority }: HeldVip): KeepalivedNode {
  const { advertMs, trackers } = failoverSettings(model);
  return block(
    ['vrrp_instance', vip.name],
    [
      line('state', vip.preferred === balancer.name ? 'MASTER' : 'BACKUP'),
      line('interface', balancer.interface),
      line('virtual_router_id', String(vip.vrid)),
      line('priority', String(priority)),
      line('advert_int', String(advertMs / 1000)),
      block(['virtual_ipaddress'], [line(`${vip.ipv4.text}/32`, 'dev', balancer.interface)]),
      ...(vip.ipv6 === undefined
        ? []
        : [block(['virtual_ipaddress_excluded'], [line(`${vip.ipv6.text}/128`, 'dev', balancer.interface)])]),
      block(
        ['track_script'],
        trackers.map((tracker) => line(tracker.name)),
      ),
    ],
  );
}

/** pgrep counts a process that is dead and not yet waited for; under systemd, which waits at once, there is none. */
const checkNginx = `#!/bin/sh
# ${madeBy}
# Ends with 0 while there is a process of NGINX. Whether it answers, nobody asks.
exec pgrep -x nginx >/dev/null
`;
