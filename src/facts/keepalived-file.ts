import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { KeepalivedNode } from '../syntax/keepalived.ts';
import { readKeepalived } from '../syntax/read-keepalived.ts';

/** What one balancer's keepalived.conf says about VRRP. Durations are milliseconds. */
export interface KeepalivedFile {
  readonly instances: readonly KeepalivedInstance[];
}

/** One `vrrp_instance`, with keepalived's defaults filled in. */
export interface KeepalivedInstance {
  readonly name: string;
  readonly vrid: number;
  readonly version: 2 | 3;
  readonly priority: number;
  readonly advertMs: number;
  readonly preempt: 'at-once' | 'never' | { readonly delayMs: number };
  /** Sorted, as written but without prefix length and options. */
  readonly addresses: readonly string[];
  readonly trackers: readonly KeepalivedTracker[];
  readonly garp: KeepalivedGarp;
}

/** When a MASTER tells the neighbours again that the address is its own; also lines of IPv6, where the words are the same. */
export interface KeepalivedGarp {
  /** `vrrp_garp_lower_prio_repeat` is not 0. */
  readonly onLowerAdvert: boolean;
  /** `vrrp_higher_prio_send_advert`. */
  readonly answersHigher: boolean;
  /** `vrrp_garp_master_refresh`; undefined: never. */
  readonly refreshMs: number | undefined;
}

/** One thing an instance tracks. */
export interface KeepalivedTracker {
  readonly name: string;
  readonly weight: number;
  /** What it runs; undefined for processes and files, whose changes are events. */
  readonly poll:
    | {
        readonly script: string;
        readonly intervalMs: number;
        readonly timeoutMs: number;
        readonly fall: number;
        readonly rise: number;
      }
    | undefined;
}

/**
 * Reads what keepalived.conf says about VRRP; defaults are those of keepalived.conf(5) of 2.2 and 2.3. The failure names
 * the line. Nothing else in the file (IPVS, notify scripts) is looked at.
 */
export function readKeepalivedFile(text: string): Result<KeepalivedFile, string> {
  const read = readKeepalived(text);
  if (!read.ok) return failure(`line ${read.error.line}: ${read.error.message}`);
  const nodes = read.value;
  const globals = blocksOf(nodes, 'global_defs').flatMap((each) => each.children);
  const version = numberOf(globals, 'vrrp_version') === 3 ? 3 : 2;
  const definitions = trackersOf(nodes);
  const instances = blocksOf(nodes, 'vrrp_instance').map((each) => instanceOf(each, { version, definitions, globals }));
  if (instances.length === 0) return failure('it has no vrrp_instance');
  const nameless = instances.find((each) => Number.isNaN(each.vrid));
  if (nameless !== undefined) return failure(`the instance ${nameless.name} has no virtual_router_id`);
  const twice = instances.find((each, index) => instances.findIndex(({ vrid }) => vrid === each.vrid) < index);
  if (twice !== undefined) {
    // Routers of other files are matched by it alone, as interfaces may have other names there.
    return failure(`the virtual_router_id ${twice.vrid} of ${twice.name} is that of another instance too`);
  }
  const odd = instances.find(({ vrid, priority, advertMs }) => !isSound({ vrid, priority, advertMs }));
  if (odd !== undefined) return failure(`the instance ${odd.name} has numbers that keepalived does not take`);
  return success({ instances });
}

/** The ranges of keepalived.conf(5): VRID 1 to 255, priority 1 to 255, adverts 10 ms to 255 s apart. */
function isSound({ vrid, priority, advertMs }: Pick<KeepalivedInstance, 'vrid' | 'priority' | 'advertMs'>): boolean {
  const isByte = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 255;
  return isByte(vrid) && isByte(priority) && advertMs >= 10 && advertMs <= 255_000;
}

type Block = Extract<KeepalivedNode, { kind: 'block' }>;

/** What the rest of the file says about an instance. */
interface Surroundings {
  readonly version: 2 | 3;
  readonly definitions: ReadonlyMap<string, KeepalivedTracker>;
  readonly globals: readonly KeepalivedNode[];
}

function instanceOf({ words, children }: Block, { version, definitions, globals }: Surroundings): KeepalivedInstance {
  const own = numberOf(children, 'version');
  return {
    name: words[1] ?? '',
    vrid: numberOf(children, 'virtual_router_id') ?? Number.NaN,
    version: own === 2 || own === 3 ? own : version,
    priority: numberOf(children, 'priority') ?? 100,
    advertMs: Math.round((numberOf(children, 'advert_int') ?? 1) * 1000),
    preempt: preemptOf(children),
    addresses: blocksOf(children, 'virtual_ipaddress')
      .flatMap((each) => each.children)
      .flatMap((node) => (node.kind === 'comment' ? [] : [node.words[0].split('/')[0] ?? '']))
      .sort(),
    trackers: ['track_script', 'track_process', 'track_file'].flatMap((kind) =>
      blocksOf(children, kind)
        .flatMap((each) => each.children)
        .flatMap((node) => (node.kind === 'comment' ? [] : [trackerOf(node.words, definitions)])),
    ),
    garp: garpOf(children, globals),
  };
}

/** keepalived clears `nopreempt` and `preempt_delay` of an instance that starts as MASTER (vrrp.c, vrrp_complete_instance). */
function preemptOf(children: readonly KeepalivedNode[]): KeepalivedInstance['preempt'] {
  if (wordsOf(children, 'state')?.[1] === 'MASTER') return 'at-once';
  if (wordsOf(children, 'nopreempt') !== undefined) return 'never';
  const delay = numberOf(children, 'preempt_delay') ?? 0;
  return delay === 0 ? 'at-once' : { delayMs: delay * 1000 };
}

/** An instance's own line counts before the global one. `vrrp_strict` sets the repeats to 0 (vrrp.c, vrrp_complete_instance). */
function garpOf(children: readonly KeepalivedNode[], globals: readonly KeepalivedNode[]): KeepalivedGarp {
  const number = (keyword: string): number | undefined =>
    numberOf(children, keyword) ?? numberOf(globals, `vrrp_${keyword}`);
  const isStrict = flagOf(children, 'strict_mode') ?? flagOf(globals, 'vrrp_strict') ?? false;
  const refresh = number('garp_master_refresh') ?? 0;
  return {
    onLowerAdvert: !isStrict && (number('garp_lower_prio_repeat') ?? 1) > 0,
    answersHigher:
      flagOf(children, 'higher_prio_send_advert') ?? flagOf(globals, 'vrrp_higher_prio_send_advert') ?? false,
    refreshMs: refresh > 0 ? refresh * 1000 : undefined,
  };
}

/** A keyword alone means true (keepalived.conf(5)); undefined: it is not there. */
function flagOf(nodes: readonly KeepalivedNode[], keyword: string): boolean | undefined {
  const words = wordsOf(nodes, keyword);
  return words === undefined ? undefined : !['false', 'off', 'no'].includes(words[1] ?? 'true');
}

function trackerOf(
  [name, ...options]: readonly [string, ...string[]],
  definitions: ReadonlyMap<string, KeepalivedTracker>,
): KeepalivedTracker {
  const defined = definitions.get(name) ?? { name, weight: 0, poll: undefined };
  const at = options.indexOf('weight');
  const weight = at < 0 ? Number.NaN : Number(options[at + 1]);
  return Number.isNaN(weight) ? defined : { ...defined, weight };
}

function trackersOf(nodes: readonly KeepalivedNode[]): ReadonlyMap<string, KeepalivedTracker> {
  const kinds = ['vrrp_script', 'vrrp_track_process', 'vrrp_track_file', 'track_file'];
  const definitions = kinds.flatMap((kind) =>
    blocksOf(nodes, kind).map(({ words, children }): KeepalivedTracker => {
      const interval = numberOf(children, 'interval') ?? 1;
      const script = wordsOf(children, 'script')?.slice(1).join(' ');
      return {
        name: words[1] ?? '',
        weight: numberOf(children, 'weight') ?? 0,
        poll:
          kind !== 'vrrp_script'
            ? undefined
            : {
                script: script ?? '',
                intervalMs: interval * 1000,
                timeoutMs: (numberOf(children, 'timeout') ?? interval) * 1000,
                fall: numberOf(children, 'fall') ?? 1,
                rise: numberOf(children, 'rise') ?? 1,
              },
      };
    }),
  );
  return new Map(definitions.map((each) => [each.name, each]));
}

function blocksOf(nodes: readonly KeepalivedNode[], keyword: string): readonly Block[] {
  return nodes.filter((node): node is Block => node.kind === 'block' && node.words[0] === keyword);
}

/** The last line of this keyword counts, as in keepalived. */
function wordsOf(nodes: readonly KeepalivedNode[], keyword: string): readonly string[] | undefined {
  return nodes.flatMap((node) => (node.kind === 'line' && node.words[0] === keyword ? [node.words] : [])).at(-1);
}

function numberOf(nodes: readonly KeepalivedNode[], keyword: string): number | undefined {
  const value = Number(wordsOf(nodes, keyword)?.[1]);
  return Number.isNaN(value) ? undefined : value;
}
