import type { Address } from '../base/address.ts';
import type { Balancer, Machine, Model } from '../model/model.ts';
import { handoverScript } from '../model/handover-commands.ts';
import { handoverUnit } from '../model/own-tables.ts';
import { anyOf, printNftTable, type NftRule, type NftTable } from '../syntax/nftables.ts';
import { execSetting, printUnit, remark, setting } from '../syntax/systemd-unit.ts';
import { heldPrefixes, peersOf, vipsOf } from '../model/balancer-peers.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

/** The VIPs whose unknown packets are passed on. */
const taken = 'taken';

const tablePath = '/etc/evenkeel/handover.nft';

/**
 * What lets connections outlive a planned move (docs/adr/0009-planned-moves.md). Every balancer has every VIP on `lo` as well, where
 * nobody asks for it, so that it goes on with its connections after keepalived took the address away; and the new holder
 * passes on what belongs to a connection it has never seen. Nothing for a balancer without another one.
 */
export function renderHandover(model: Model, balancer: Balancer): readonly DesiredFile[] {
  if (peersOf(model, balancer).length === 0) return [];
  const tables = handoverTables(model, balancer);
  return [
    desiredFile({
      host: balancer.name,
      path: tablePath,
      content: tables.map(printNftTable).join('\n'),
      activates: 'handover',
      why: 'packets of connections that a move left on another balancer get there',
    }),
    desiredFile({
      host: balancer.name,
      path: handoverScript,
      content: script,
      mode: 0o755,
      activates: 'handover',
      why: 'loads the table and gives lo the VIPs',
    }),
    desiredFile({
      host: balancer.name,
      path: `/etc/systemd/system/${handoverUnit}`,
      content: unit(heldPrefixes(vipsOf(model, balancer))),
      activates: 'systemd-handover',
      why: 'connections outlive a planned move',
    }),
  ];
}

/** One table for each family: `dup` is not there in `inet` (nft(8), "dup statement"). */
export function handoverTables(model: Model, balancer: Balancer): readonly NftTable[] {
  const held = vipsOf(model, balancer).map(({ vip }) => vip);
  const ring = [balancer, ...peersOf(model, balancer)];
  const next = nextOf(model, balancer);
  return [
    table({
      family: 'ip',
      vips: held.map((vip) => vip.ipv4.text),
      next: addressOf(next, 4)?.text,
      balancers: ring.length,
    }),
    table({
      family: 'ip6',
      vips: held.flatMap((vip) => vip.ipv6?.text ?? []),
      next: addressOf(next, 6)?.text,
      balancers: ring.length,
    }),
  ].flat();
}

/** Who is asked first about an unknown connection: the next one in the file, the first after the last. */
function nextOf(model: Model, balancer: Balancer): Balancer {
  const ring = model.balancers.filter((one) => one.network === balancer.network);
  const next = ring[(ring.findIndex((one) => one.name === balancer.name) + 1) % ring.length];
  return next ?? balancer;
}

function addressOf(machine: Machine, family: 4 | 6): Address | undefined {
  return machine.addresses.find((address) => address.family === family);
}

interface Family {
  readonly family: 'ip' | 'ip6';
  readonly vips: readonly string[];
  readonly next: string | undefined;
  readonly balancers: number;
}

function table({ family, vips, next, balancers }: Family): readonly NftTable[] {
  const [first, ...rest] = vips;
  if (first === undefined || next === undefined) return [];
  const limit = family === 'ip' ? 'ttl' : 'hoplimit';
  const between = balancers === 3 ? '2' : `2-${balancers - 1}`;
  /**
   * Rules that send packets to the next balancer alone, but for a RST, of which that gets a copy. `dup` without a device: nft would resolve it
   * when the table is loaded, and refuse one that is not there yet.
   */
  const passOn = (
    matches: readonly [string, ...string[]],
    { sets = [], note }: { readonly sets?: readonly string[]; readonly note: string },
  ): readonly NftRule[] => [
    // Nothing answers a RST, so it harms nobody; here it may end a connection in FIN_WAIT_2, which no program has open any more, and whose
    // port would find nobody for a minute.
    {
      words: [...matches, 'tcp', 'flags', 'rst', ...sets, 'dup', 'to', next, 'accept'],
      note: 'The end of a connection, here or elsewhere: here as well.',
    },
    { words: [...matches, ...sets, 'dup', 'to', next, 'drop'], note },
  ];
  return [
    {
      family,
      name: 'evenkeel-handover',
      remarks: [
        madeBy,
        `Packets of connections to a VIP that this balancer does not know go to ${next}, while the VIP is in the set`,
        `${taken}: after a planned move, until its deadline. Otherwise they get a RST as always.`,
      ],
      sets: [
        {
          name: taken,
          type: family === 'ip' ? 'ipv4_addr' : 'ipv6_addr',
          filled: 'by-hand',
          note: 'VIPs that moved here, each until its deadline.',
        },
      ],
      chains: [
        {
          name: 'arrival',
          base: { type: 'filter', hook: 'prerouting', priority: ['mangle'], policy: 'accept' },
          rules: [{ words: [family, 'daddr', anyOf([first, ...rest]), 'meta', 'l4proto', 'tcp', 'jump', 'vip'] }],
        },
        {
          name: 'vip',
          base: undefined,
          rules: [
            {
              words: ['ct', 'state', 'established,related', 'ct', 'expiration', '>', '30s', 'accept'],
              note: 'Known here, and not closed: what is closed is remembered for 30 s at most.',
            },
            {
              words: ['ct', 'state', 'established,related,invalid', 'socket', 'wildcard', '0', 'accept'],
              note: 'A program has it open here; one in TIME_WAIT nobody has.',
            },
            {
              words: ['ct', 'state', 'established', 'tcp', 'flags', 'fin', 'accept'],
              note: 'The end of one that closes.',
            },
            { words: ['tcp', 'flags', 'syn', '/', 'fin,syn,rst,ack', 'accept'], note: 'A new connection.' },
            {
              words: [family, limit, '1', 'accept'],
              note: 'All others were asked: nobody knows it, and the kernel answers with a RST.',
            },
            ...(balancers === 2
              ? []
              : passOn([family, limit, between], {
                  note: 'Asked by another balancer, and not known here either: the next one.',
                })),
            ...passOn([family, 'daddr', `@${taken}`], {
              sets: [family, limit, 'set', String(balancers)],
              note: `Each balancer on the way takes one from the ${limit} (dup does in prerouting), so this ends.`,
            }),
          ],
        },
      ],
    },
  ];
}

const script = `#!/bin/sh
# handover: lets connections outlive a planned move.
#
#   handover up ADDRESS/LENGTH...   loads ${tablePath}, and gives lo exactly these addresses; those that are there
#                                   stay, and so does what is expected
#   handover down                   takes everything away; nothing while systemd restarts the unit, since \`up\` comes next
#   handover expect SECONDS ADDRESS...   for so long, packets of connections to these VIPs that this host does not know
#                                   go to the other balancers
#   handover claim VIP 1|0          raises this host above all others for the VIP, or takes that back
set -eu
given=${hostPaths.run}/handover-addresses
# A file for each VIP in the set: until when, in seconds since the boot. Who flushes every table flushes the sets, too.
deadlines=${hostPaths.run}/handover-expected

# One at a time: a table that is loaded has all that is expected.
alone() {
  mkdir -p ${hostPaths.run} "$deadlines"
  exec 9>${hostPaths.run}/handover.lock
  flock -w 5 9
}

since_boot() {
  read -r seconds _ </proc/uptime
  echo "\${seconds%.*}"
}

family_of() {
  case $1 in
    *:*) echo ip6 ;;
    *) echo ip ;;
  esac
}

# There is no table for IPv6 where the balancers have IPv4 addresses only, and always one for IPv4.
is_wanted() {
  [ "$1" = ip ] || grep -q "^table $1 " ${tablePath}
}

# In the words of nft(8): what is expected of these VIPs. An element that is there keeps its old timeout: taken out and put
# in again, in one transaction.
elements() {
  now=$(since_boot)
  for address in "$@"; do
    family=$(family_of "$address")
    is_wanted "$family" || continue
    left=$(($(cat "$deadlines/$address") - now))
    [ "$left" -gt 0 ] || continue
    element="element $family evenkeel-handover ${taken}"
    printf '%s\\n' "add $element { $address }" "delete $element { $address }" "add $element { $address timeout \${left}s }"
  done
}

# The table and what is expected are loaded in one transaction: no packet meets one without the other.
load() {
  {
    echo 'include "${tablePath}"'
    for file in "$deadlines"/*; do
      [ ! -e "$file" ] || elements "\${file##*/}"
    done
  } | /usr/sbin/nft -f - || {
    echo 'handover: without ${tablePath} no connection is passed on' >&2
    exit 1
  }
  # The table has loaded connection tracking, so its settings are there now.
  /usr/lib/systemd/systemd-sysctl --prefix=/net/netfilter || true
}

expect() {
  until=$(($(since_boot) + seconds))
  lost=
  for address in "$@"; do
    family=$(family_of "$address")
    is_wanted "$family" || continue
    echo "$until" >"$deadlines/$address"
    /usr/sbin/nft list set "$family" evenkeel-handover ${taken} >/dev/null 2>&1 || lost=1
  done
  if [ -n "$lost" ]; then
    load
  else
    elements "$@" | /usr/sbin/nft -f -
  fi
}

# Takes from lo what it was given, but for these.
take_back() {
  [ -e "$given" ] || return 0
  while read -r address; do
    case " $* " in
      *" $address "*) ;;
      *) ip address delete "$address" dev lo 2>/dev/null || true ;;
    esac
  done <"$given"
}

# systemd stops what it restarts, and the type of its job tells one from the other.
is_restarted() {
  case $(systemctl list-jobs --no-legend ${handoverUnit} 2>/dev/null) in
    *' restart '*) return 0 ;;
    *) return 1 ;;
  esac
}

verdict=\${1-}
case $verdict in
  up)
    shift
    alone
    take_back "$@"
    # Before they are given: whoever is stopped in between knows all of them.
    printf '%s\\n' "$@" >"$given.new"
    mv -f "$given.new" "$given"
    for address in "$@"; do
      # Deprecated: never the source of a connection that this host begins (RFC 6724, rule 3).
      case $address in
        *:*) ip address replace "$address" dev lo preferred_lft 0 ;;
        *) ip address replace "$address" dev lo ;;
      esac
    done
    load
    ;;
  down)
    if is_restarted; then exit 0; fi
    alone
    for family in ip ip6; do
      /usr/sbin/nft delete table "$family" evenkeel-handover 2>/dev/null || true
    done
    take_back
    rm -rf "$given" "$deadlines"
    ;;
  expect)
    seconds=$2
    shift 2
    alone
    expect "$@"
    ;;
  claim)
    # Beside it and then renamed: keepalived takes an empty file for no claim.
    file=${hostPaths.state}/claim-$2
    printf '%s\\n' "$3" >"$file.$$"
    mv -f "$file.$$" "$file"
    ;;
  *)
    echo 'usage: handover up ADDRESS/LENGTH... | down | expect SECONDS ADDRESS... | claim VIP 1|0' >&2
    exit 2
    ;;
esac
`;

function unit(prefixes: readonly string[]): string {
  return printUnit(
    [madeBy],
    [
      {
        name: 'Unit',
        entries: [
          setting('Description', 'evenkeel: connections outlive a planned move'),
          remark('Who flushes every table takes ours along: come after nftables.service, and with it.'),
          setting('After', 'nftables.service systemd-tmpfiles-setup.service'),
          setting('PartOf', 'nftables.service'),
          setting('ReloadPropagatedFrom', 'nftables.service'),
          setting('Before', 'keepalived.service'),
        ],
      },
      {
        name: 'Service',
        entries: [
          setting('Type', 'oneshot'),
          setting('RemainAfterExit', 'yes'),
          execSetting('ExecStart', { argv: [handoverScript, 'up', ...prefixes], failure: 'fatal' }),
          remark('The same as a start: nothing is taken away that is still wanted, so no change needs a restart.'),
          execSetting('ExecReload', { argv: [handoverScript, 'up', ...prefixes], failure: 'fatal' }),
          execSetting('ExecStop', { argv: [handoverScript, 'down'], failure: 'tolerant' }),
          setting('ProtectSystem', 'full'),
          setting('ProtectHome', 'yes'),
        ],
      },
      { name: 'Install', entries: [setting('WantedBy', 'multi-user.target nftables.service')] },
    ],
  );
}
