import { Fault } from '../base/fault.ts';
import { sectionMark } from '../facts/sections.ts';
import { parseSegmentSight, type SegmentSight } from '../facts/segment-sight.ts';
import type { Host } from '../hosts/host.ts';

/** Where to look. */
export interface Segment {
  readonly interface: string;
  /** The host's own IPv4 address there. */
  readonly own: string;
  /** Addresses to ask for, of both families. */
  readonly vips: readonly string[];
}

/** How long is listened: whoever sends an advert a second (RFC 9568, section 6.1: the default) is heard three times. Seconds. */
const listenSeconds = 4;

/**
 * Joins VRRP's group and listens to what comes, for everybody and for this host (raw(7), ip(7): 35 is IP_ADD_MEMBERSHIP); sends an empty
 * datagram to each VIP, so that the kernel asks who has it. Perl, because every Debian has it. Arguments: own address, seconds, VIPs.
 */
const listener = `my ($own, $seconds, @vips) = @ARGV;
socket(my $vrrp, PF_INET, SOCK_RAW, 112) or die "socket: $!";
setsockopt($vrrp, 0, 35, inet_aton("224.0.0.18") . inet_aton($own)) or die "IP_ADD_MEMBERSHIP: $!";
for my $vip (@vips) {
  my $six = $vip =~ /:/;
  socket(my $ask, $six ? PF_INET6 : PF_INET, SOCK_DGRAM, 0) or next;
  send($ask, "", 0, $six ? pack_sockaddr_in6(9, Socket::inet_pton(PF_INET6, $vip)) : sockaddr_in(9, inet_aton($vip)));
}
my $end = time + $seconds;
my %heard;
while ((my $left = $end - time) > 0) {
  my $ready = "";
  vec($ready, fileno($vrrp), 1) = 1;
  next unless select($ready, undef, undef, $left);
  defined recv($vrrp, my $packet, 2048, 0) or last;
  my $head = (ord($packet) & 15) * 4;
  next unless length($packet) > $head + 1;
  my $line = inet_ntoa(substr($packet, 12, 4)) . " " . ord(substr($packet, $head + 1, 1));
  print "$line\\n" unless $heard{$line}++;
}`;

/** What the neighbour table knew of a VIP may be old: it is forgotten first. Arguments: interface, own address, VIPs. */
export const segmentScript = `
interface=$1
shift
for vip; do ip neigh del "$vip" dev "$interface" 2>/dev/null; done
printf '\\n${sectionMark}speakers\\n'
perl -MSocket -e '${listener}' "$1" ${listenSeconds} "$@" || exit 1
printf '\\n${sectionMark}neighbours\\n'
ip -j neigh show dev "$interface"
printf '\\n${sectionMark}end\\n'
`;

/** Listens to a host's segment for four seconds. Throws a Fault `command-failed`. */
export async function lookAtSegment(host: Host, { interface: device, own, vips }: Segment): Promise<SegmentSight> {
  const argv = ['sh', '-c', segmentScript, 'evenkeel-segment', device, own, ...vips] as const;
  const outcome = await host.run({ argv });
  const sight = parseSegmentSight(outcome.stdout);
  if (outcome.exitCode === 0 && sight !== undefined) return sight;
  throw new Fault({
    code: 'command-failed',
    message: `${host.name} could not listen to its network (${device})`,
    host: host.name,
    said: outcome.stderr.trim(),
    state: 'nothing was changed',
  });
}
