import type { Nameserver } from '../model/model.ts';
import { printPowerdns } from '../syntax/powerdns.ts';
import { execSetting, printUnit, remark, setting } from '../syntax/systemd-unit.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy, scriptPath } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import { sharedSandbox } from './sandbox.ts';

/**
 * PowerDNS on one nameserver: independent of the other (no transfers, no notifies), nothing but queries from the network.
 * The settings mean the same in 4.7 (Debian 12) and 4.9 (Debian 13).
 */
export function renderPowerdns(nameserver: Nameserver): readonly DesiredFile[] {
  return [
    desiredFile({
      host: nameserver.name,
      path: '/etc/powerdns/pdns.conf',
      content: powerdnsText(nameserver),
      mode: 0o640,
      owner: 'root:pdns',
      activates: 'powerdns',
      why: 'answers queries from the zones, with health-aware records',
    }),
    desiredFile({
      host: nameserver.name,
      path: '/etc/systemd/system/pdns.service.d/evenkeel.conf',
      content: dropIn,
      activates: 'systemd-powerdns',
      why: 'PowerDNS is restarted when it dies, and checks the VIPs before the first client asks',
    }),
  ];
}

function powerdnsText(nameserver: Nameserver): string {
  return printPowerdns(
    [madeBy],
    [
      { name: 'launch', value: 'gsqlite3' },
      { name: 'gsqlite3-database', value: hostPaths.zoneDatabase },
      { name: 'gsqlite3-dnssec', value: 'yes' },
      { name: 'gsqlite3-pragma-synchronous', value: 1 },
      { name: 'include-dir', value: '', note: "Debian's pdns.d would add other backends." },
      {
        name: 'local-address',
        value: nameserver.addresses.map((address) => address.text),
        note: 'By name: a wildcard would collide with systemd-resolved on 127.0.0.53.',
      },
      { name: 'local-address-nonexist-fail', value: 'no' },
      { name: 'reuseport', value: 'yes' },
      { name: 'server-id', value: nameserver.name },
      { name: 'version-string', value: 'anonymous' },
      { name: 'security-poll-suffix', value: '', note: 'Asks nobody whether there is a newer version.' },
      {
        name: 'enable-lua-records',
        value: 'shared',
        note: 'One Lua state per thread: 8.6 times as many answers as one per query.',
      },
      { name: 'lua-health-checks-interval', value: 1 },
      {
        name: 'lua-health-checks-expire-delay',
        value: 86400,
        note: 'Seconds: a name that nobody asks for keeps its check for a day.',
      },
      { name: 'lua-records-exec-limit', value: 5000 },
      { name: 'primary', value: 'no', note: 'Zones come by load-zone; no transfer, notify, update or API.' },
      { name: 'secondary', value: 'no' },
      { name: 'autosecondary', value: 'no' },
      { name: 'disable-axfr', value: 'yes' },
      { name: 'allow-axfr-ips', value: '' },
      { name: 'allow-notify-from', value: '' },
      { name: 'dnsupdate', value: 'no' },
      { name: 'webserver', value: 'no' },
      { name: 'api', value: 'no' },
      { name: 'any-to-tcp', value: 'yes', note: 'Small answers: nobody can use us to flood a third party.' },
      { name: 'udp-truncation-threshold', value: 1232 },
      { name: 'cache-ttl', value: 5, note: 'Seconds. A static set of records keeps one order for so long.' },
      { name: 'query-cache-ttl', value: 20 },
      { name: 'negquery-cache-ttl', value: 10 },
      { name: 'zone-cache-refresh-interval', value: 0, note: 'A new zone is answered at once.' },
      { name: 'receiver-threads', value: 2 },
      { name: 'distributor-threads', value: 1 },
      { name: 'max-tcp-connections', value: 200 },
      { name: 'max-tcp-connections-per-client', value: 20 },
      { name: 'max-tcp-transactions-per-conn', value: 100 },
      { name: 'loglevel', value: 6, note: 'A VIP declared up or down is logged at level 6.' },
      { name: 'log-dns-queries', value: 'no' },
      { name: 'log-dns-details', value: 'no' },
    ],
  );
}

const dropIn = printUnit(
  [madeBy],
  [
    { name: 'Unit', entries: [setting('StartLimitIntervalSec', '0')] },
    {
      name: 'Service',
      entries: [
        remark('A lost database is made again from the zone files.'),
        execSetting('ExecStartPre', { argv: [scriptPath('zone-database')], failure: 'fatal' }),
        execSetting('ExecStartPost', { argv: [scriptPath('warm-dns')], failure: 'tolerant' }),
        setting('Restart', 'always'),
        setting('RestartSec', '500ms'),
        setting('LimitNOFILE', '65536'),
        setting('OOMScoreAdjust', '-500'),
        setting('ReadWritePaths', '/var/lib/powerdns'),
        ...sharedSandbox,
      ],
    },
  ],
);
