import type { Balancer, Model } from '../model/model.ts';
import { poolsSocket } from '../model/pools-document.ts';
import { nginxPidPath } from '../model/state-files.ts';
import { execSetting, printUnit, remark, setting, type UnitEntry } from '../syntax/systemd-unit.ts';
import { heldPrefixes, vipsOf } from '../model/balancer-peers.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy, scriptPath } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import { nginxSandbox, sharedSandbox } from './sandbox.ts';

/** The drop-ins of a balancer: NGINX reports its life to keepalived, keepalived never leaves a VIP behind. */
export function renderBalancerUnits(model: Model, balancer: Balancer): readonly DesiredFile[] {
  const held = vipsOf(model, balancer);
  const prefixes = heldPrefixes(held);
  const addresses = prefixes.map((prefix) => prefix.slice(0, prefix.indexOf('/')));
  return [
    desiredFile({
      host: balancer.name,
      path: '/etc/systemd/system/nginx.service.d/evenkeel.conf',
      content: printUnit(
        [madeBy],
        [
          { name: 'Unit', entries: [setting('StartLimitIntervalSec', '0')] },
          { name: 'Service', entries: [...nginxHooks(addresses), ...nginxLimits, ...nginxSandbox] },
        ],
      ),
      activates: 'systemd-nginx',
      why: 'NGINX is restarted when it dies, and tells keepalived when it starts and stops',
    }),
    desiredFile({
      host: balancer.name,
      path: '/etc/systemd/system/keepalived.service.d/evenkeel.conf',
      content: printUnit(
        [madeBy],
        [
          {
            name: 'Unit',
            entries: [
              remark('After NGINX has said whether it runs; not Requires=: a dead NGINX must not stop keepalived.'),
              setting('After', 'nginx.service'),
              setting('StartLimitIntervalSec', '0'),
            ],
          },
          { name: 'Service', entries: keepalivedEntries(balancer, prefixes) },
        ],
      ),
      activates: 'systemd-keepalived',
      why: 'keepalived is restarted when it dies, and no VIP stays on a host without it',
    }),
  ];
}

function nginxHooks(addresses: readonly string[]): readonly UnitEntry[] {
  const verdict = scriptPath('nginx-verdict');
  return [
    remark('A killed NGINX leaves its socket behind, and could not bind it again. Nothing of it runs before a start.'),
    execSetting('ExecStartPre', { argv: ['/usr/bin/rm', '-f', poolsSocket], failure: 'tolerant' }),
    execSetting('ExecStartPost', { argv: [verdict, 'up'], failure: 'tolerant' }),
    remark('After the reload itself, so that a lost verdict comes back and a refused reload changes nothing.'),
    execSetting('ExecReload', { argv: [verdict, 'up'], failure: 'tolerant' }),
    remark('The VIPs leave first, while NGINX still answers; then it finishes what it has begun.'),
    setting('ExecStop', ''),
    execSetting('ExecStop', { argv: [verdict, 'down', ...addresses], failure: 'tolerant' }),
    execSetting('ExecStop', {
      argv: ['/sbin/start-stop-daemon', '--quiet', '--stop', '--retry', 'QUIT/5/TERM/5', '--pidfile', nginxPidPath],
      failure: 'tolerant',
    }),
    remark(
      'systemd runs this after a crash too, and after a start that failed; without the sandbox it is there sooner.',
    ),
    execSetting('ExecStopPost', { argv: [verdict, 'down'], failure: 'tolerant', sandbox: 'none' }),
    setting('TimeoutStopSec', '15'),
    setting('Restart', 'always'),
    setting('RestartSec', '500ms'),
  ];
}

const nginxLimits: readonly UnitEntry[] = [
  remark('Two descriptors for each proxied request.'),
  setting('LimitNOFILE', '262144'),
  setting('OOMScoreAdjust', '-500'),
];

function keepalivedEntries(balancer: Balancer, prefixes: readonly string[]): readonly UnitEntry[] {
  return [
    remark('keepalived.json, written on signal RTMIN+2, lands here.'),
    setting('Environment', `TMPDIR=${hostPaths.run}`),
    remark('No orphaned VIP, whatever killed keepalived. It is an error when the address is gone, and that is fine.'),
    ...prefixes.map((prefix) =>
      execSetting('ExecStopPost', {
        argv: ['/usr/bin/ip', 'address', 'delete', prefix, 'dev', balancer.interface],
        failure: 'tolerant',
        sandbox: 'none',
      }),
    ),
    setting('Restart', 'always'),
    setting('RestartSec', '500ms'),
    remark('keepalived stops its own children: they take the addresses down and send the last advert.'),
    setting('KillMode', 'mixed'),
    setting('TimeoutStopSec', '5'),
    setting('OOMScoreAdjust', '-1000'),
    setting('LimitMEMLOCK', 'infinity'),
    setting('LimitNOFILE', '65536'),
    setting(
      'CapabilityBoundingSet',
      'CAP_NET_ADMIN CAP_NET_RAW CAP_NET_BROADCAST CAP_SYS_NICE CAP_IPC_LOCK CAP_SYS_RESOURCE CAP_KILL CAP_DAC_READ_SEARCH',
    ),
    remark('keepalived 2.3 ignores a tracked file on a read-only file system, and then refuses to start.'),
    setting('ReadWritePaths', `/run ${hostPaths.state}`),
    ...sharedSandbox,
    setting('RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET'),
    setting('MemoryDenyWriteExecute', 'yes'),
    setting('SystemCallFilter', '@system-service @resources @memlock'),
  ];
}
