import type { ModelHost } from '../model/model.ts';
import { printSysctl, type SysctlEntry } from '../syntax/sysctl.ts';
import type { DesiredFile } from './desired-file.ts';
import { madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

/** Kernel settings of a host, by its role. */
export function renderKernel(host: ModelHost): DesiredFile {
  return desiredFile({
    host: host.name,
    path: '/etc/sysctl.d/90-evenkeel.conf',
    content: printSysctl([madeBy], kernelSettings(host.kind)),
    activates: 'sysctl',
    why: 'kernel settings of a ' + roleNames[host.kind],
  });
}

const roleNames: Readonly<Record<ModelHost['kind'], string>> = {
  balancer: 'balancer',
  nameserver: 'nameserver',
  web: 'web server',
};

function kernelSettings(kind: ModelHost['kind']): readonly SysctlEntry[] {
  switch (kind) {
    case 'balancer':
      return balancerSettings;
    case 'nameserver':
      return nameserverSettings;
    case 'web':
      return webSettings;
  }
}

function always(key: string, value: string | number, note: string): SysctlEntry {
  return { key, value, presence: 'always', note };
}

function mayBeMissing(key: string, value: string | number, note: string): SysctlEntry {
  return { key, value, presence: 'may-be-missing', note };
}

/** Settings for connections that live long and restart after a pause. */
const connectionSettings: readonly SysctlEntry[] = [
  always('net.ipv4.tcp_slow_start_after_idle', 0, 'A kept connection is as fast after a pause as before.'),
  always('net.ipv4.tcp_mtu_probing', 1, 'Paths that swallow "fragmentation needed" still carry data.'),
  always('net.ipv4.tcp_syncookies', 1, 'A flood of SYNs does not fill the queue.'),
  always('net.core.somaxconn', 16384, 'Bursts of connections wait instead of being dropped.'),
];

const balancerSettings: readonly SysctlEntry[] = [
  always('net.ipv4.ip_nonlocal_bind', 1, 'NGINX may bind a VIP that the other balancer holds.'),
  mayBeMissing('net.ipv6.ip_nonlocal_bind', 1, 'The same for IPv6, where there is any.'),
  always('net.ipv4.conf.all.arp_ignore', 1, 'Only the interface that has an address answers for it.'),
  always('net.ipv4.conf.all.arp_announce', 2, 'Asks neighbours from an address of the right interface.'),
  always('net.ipv4.conf.all.rp_filter', 2, 'Loose: a host with two interfaces may answer by the other one.'),
  always('net.ipv4.conf.all.accept_redirects', 0, 'Nobody on the segment tells us where to send packets.'),
  always('net.ipv4.conf.all.send_redirects', 0, 'And we tell nobody.'),
  ...connectionSettings,
  always('net.ipv4.tcp_max_syn_backlog', 16384, 'All VIPs may meet on one balancer.'),
  mayBeMissing('net.core.netdev_max_backlog', 16384, 'The same, below TCP. One for the whole machine.'),
  always('net.ipv4.ip_local_port_range', '10240 65535', 'Ports for connections to the backends.'),
  always('net.ipv4.tcp_tw_reuse', 1, 'They are free again sooner.'),
  always('net.ipv4.tcp_fin_timeout', 20, 'The same for connections that the other side never closed.'),
  always('net.ipv4.tcp_notsent_lowat', 131072, 'HTTP/2 keeps little in the socket, so that priorities count.'),
  always('net.ipv4.tcp_keepalive_time', 120, 'A dead peer is noticed after 3 minutes (120 s + 4 x 15 s) ...'),
  always('net.ipv4.tcp_keepalive_intvl', 15, '... asked every 15 s ...'),
  always('net.ipv4.tcp_keepalive_probes', 4, '... four times.'),
  always('net.ipv4.tcp_retries2', 8, 'Data to a dead peer is given up after about 100 s instead of 15 minutes.'),
  mayBeMissing(
    'net.netfilter.nf_conntrack_tcp_be_liberal',
    1,
    'A packet outside the window is no reason to take its connection for one that moved.',
  ),
  mayBeMissing(
    'net.netfilter.nf_conntrack_max',
    1048576,
    'Both VIPs on one balancer, clients and backends. One for the machine.',
  ),
  mayBeMissing('net.netfilter.nf_conntrack_tcp_timeout_established', 86400, 'Forgotten connections leave after a day.'),
  mayBeMissing(
    'net.netfilter.nf_conntrack_tcp_timeout_time_wait',
    30,
    'Closed ones after half a minute; /etc/evenkeel/handover.nft tells them by it.',
  ),
  mayBeMissing('vm.swappiness', 1, 'A balancer that swaps is late with everything. One for the whole machine.'),
];

const nameserverSettings: readonly SysctlEntry[] = [
  mayBeMissing(
    'net.core.rmem_default',
    1048576,
    'Bursts of queries wait instead of being dropped. One for the machine.',
  ),
  always('net.ipv4.tcp_syncookies', 1, 'A flood of SYNs does not fill the queue.'),
  always('net.ipv4.conf.all.accept_redirects', 0, 'Nobody on the segment tells us where to send packets.'),
];

const webSettings: readonly SysctlEntry[] = connectionSettings;
