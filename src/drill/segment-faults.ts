import { ipv4Of } from '../model/balancer-peers.ts';
import type { Model, Vip } from '../model/model.ts';
import type { ModelFault } from '../proof/fault.ts';
import { type CommandRecipe, hostOf, startUnit, stopUnit } from './command-recipe.ts';

/** The agents look every ten seconds who else speaks VRRP here. Milliseconds. */
const seenMs = 11_000;
/** The second holder is to be gone after two seconds, and what that costs is seen after them. Milliseconds. */
const settledMs = 3_000;

/**
 * Sends adverts of version 3 with priority 255 ten times a second, to the group and to each balancer (RFC 9568, sections 5.1 and
 * 5.2; ip(7) for the options). Perl, because every Debian has it. Arguments: VRID, own address, VIP, targets.
 */
const speaker = `my ($vrid, $from, $vip, @to) = @ARGV;
socket(my $wire, PF_INET, SOCK_RAW, 112) or die "socket: $!";
setsockopt($wire, 0, 2, pack("i", 255)) or die "IP_TTL: $!";
setsockopt($wire, 0, 33, pack("i", 255)) or die "IP_MULTICAST_TTL: $!";
setsockopt($wire, 0, 32, inet_aton($from)) or die "IP_MULTICAST_IF: $!";
bind($wire, sockaddr_in(0, inet_aton($from))) or die "bind: $!";
while (1) {
  for my $to (@to) {
    my @advert = (pack("C4n", 0x31, $vrid, 255, 1, 10), inet_aton($vip));
    my $pseudo = inet_aton($from) . inet_aton($to) . pack("CCn", 0, 112, 12);
    my $sum = 0;
    $sum += $_ for unpack("n*", $pseudo . join("", @advert));
    $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
    send($wire, $advert[0] . pack("n", ~$sum & 0xffff) . $advert[1], 0, sockaddr_in(0, inet_aton($to)));
  }
  select(undef, undef, undef, 0.1);
}`;

/** An address that is gone already is as wanted: the agent takes it away. */
const dropAddress = `ip address del "$1" dev "$2" 2>/dev/null || [ -z "$(ip address show dev "$2" to "$1")" ]`;

/** A host beside the balancers speaks VRRP with their number. */
export function foreignVrrp(
  model: Model,
  { vip: name, from }: Extract<ModelFault, { readonly kind: 'foreign-vrrp' }>,
): CommandRecipe {
  const vip = vipOf(model, name);
  const unit = `evenkeel-drill-vrrp-${vip.vrid}.service`;
  const balancers = model.balancers.filter(({ network }) => network === vip.network);
  const targets = ['224.0.0.18', ...balancers.map((balancer) => ipv4Of(balancer).text)];
  const sender = ipv4Of(hostOf(model, from)).text;
  const spoken = ['perl', '-MSocket', '-e', speaker, String(vip.vrid), sender, vip.ipv4.text] as const;
  return {
    title: `${from} speaks VRRP with the number of ${name} (VRID ${vip.vrid}) and the highest priority`,
    cause: [startUnit(from, unit, [...spoken, ...targets])],
    heal: [stopUnit(from, unit)],
    lastsMs: seenMs,
  };
}

/** The VIP's address stands on the balancer that would follow, and neighbours are told so. */
export function twoHolders(
  model: Model,
  { vip: name, second }: Extract<ModelFault, { readonly kind: 'two-holders' }>,
): CommandRecipe {
  const vip = vipOf(model, name);
  const device = hostOf(model, second).interface;
  const address = `${vip.ipv4.text}/32`;
  return {
    title: `the address of ${name} is on ${second} too, which tells the neighbours so`,
    cause: [
      { kind: 'command', host: second, argv: ['ip', 'address', 'add', address, 'dev', device] },
      {
        kind: 'command',
        host: second,
        argv: ['arping', '-q', '-U', '-c', '1', '-w', '1', '-I', device, vip.ipv4.text],
      },
    ],
    heal: [{ kind: 'command', host: second, argv: ['sh', '-c', dropAddress, 'evenkeel-drill', address, device] }],
    lastsMs: settledMs,
  };
}

function vipOf(model: Model, name: string): Vip {
  const vip = model.vips.find((candidate) => candidate.name === name);
  if (vip === undefined) throw new Error(`the model has no ${name}`);
  return vip;
}
