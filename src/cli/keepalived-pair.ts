import type { KeepalivedFile, KeepalivedInstance, KeepalivedTracker } from '../facts/keepalived-file.ts';
import { formatDuration } from '../base/duration.ts';
import type { Tracker } from '../model/failover-settings.ts';
import { faultName } from '../proof/fault.ts';
import { noOutage, worst } from '../proof/outage.ts';
import type { FaultOutcome, Proof, ProofRefusal } from '../proof/promise.ts';
import { proveVrrp } from '../proof/prove-vrrp.ts';
import type { VrrpRouter, VrrpSetup } from '../proof/vrrp-setup.ts';

/** One balancer's keepalived.conf. */
export interface BalancerFile {
  readonly balancer: string;
  readonly file: KeepalivedFile;
}

/** What was found in the files of a pair before anything is proved: settings with which they do not hear each other. */
export interface PairProof {
  readonly proof: Proof;
  /** Sentences; not empty: the routers of an instance take each other for strangers, and each holds its addresses. */
  readonly mismatches: readonly string[];
  /** What had to be assumed of checks whose inside is not known; sentences. */
  readonly assumptions: readonly string[];
  /** What could be better, although nothing is refused; sentences. */
  readonly advice: readonly string[];
}

/** Proves the keepalived.conf files of balancers that belong together. Instances are matched by their VRID. */
export function provePair(files: readonly BalancerFile[]): PairProof {
  const setup = setupOf(files);
  const { singles, refusals } = proveVrrp(setup);
  const mismatches = mismatchesOf(files);
  return {
    proof: {
      edge: files.map(({ balancer }) => balancer).join(' and '),
      singles: singles.map(({ fault, vips }): FaultOutcome => {
        const served = vips.filter(({ working }) => working.length > 0).length;
        return {
          faults: [fault],
          name: faultName(fault),
          vips,
          nameservers: [],
          pools: [],
          byName: noOutage,
          outage: worst(vips.map(({ outage }) => outage)),
          served: served === vips.length ? 'everybody' : served === 0 ? 'nobody' : 'some',
          notes: [],
        };
      }),
      doubles: [],
      refusals: [...refusals].sort(knownFirst),
      acceptedRisks: [],
    },
    mismatches,
    assumptions: assumptionsOf(files),
    advice: garpAdvice(files),
  };
}

/** Settings that are known to be broken say more than that nobody holds an address. */
function knownFirst(a: ProofRefusal, b: ProofRefusal): number {
  return Number(a.code === 'no-holder') - Number(b.code === 'no-holder');
}

function setupOf(files: readonly BalancerFile[]): VrrpSetup {
  const all = files.flatMap(({ balancer, file }) => file.instances.map((instance) => ({ balancer, instance })));
  const vrids = [...new Set(all.map(({ instance }) => instance.vrid))];
  return {
    singleBalancer: 'refused',
    instances: vrids.flatMap((vrid) => {
      const [first, ...others] = all.filter(({ instance }) => instance.vrid === vrid);
      if (first === undefined) return [];
      return [
        {
          name: first.instance.name,
          vrid,
          version: first.instance.version,
          routers: [routerOf(first), ...others.map(routerOf)],
        },
      ];
    }),
  };
}

function routerOf({
  balancer,
  instance,
}: {
  readonly balancer: string;
  readonly instance: KeepalivedInstance;
}): VrrpRouter {
  const { priority, advertMs, preempt, trackers, garp } = instance;
  return {
    balancer,
    priority,
    advertMs,
    preempt:
      preempt === 'at-once'
        ? { kind: 'at-once' }
        : preempt === 'never'
          ? { kind: 'never' }
          : { kind: 'after', delayMs: preempt.delayMs },
    trackers: trackers.map(trackerOf),
    // Debian's unit alone: nobody removes the addresses or starts it again.
    keepalivedDeath: { addresses: 'stay', restartMs: undefined },
    garp,
  };
}

function trackerOf({ name, weight, poll }: KeepalivedTracker): Tracker {
  if (poll === undefined) return { name, notices: ['dead'], detection: { kind: 'event', withinMs: 100 }, weight };
  const { script, intervalMs, timeoutMs, fall, rise } = poll;
  return {
    name,
    notices: sees(script) === 'processes' ? ['dead'] : ['dead', 'hung'],
    detection: { kind: 'poll', asker: 'process', intervalMs, timeoutMs, fall, rise },
    weight,
  };
}

/** What a script looks at, as far as its command line says. */
function sees(script: string): 'processes' | 'answers' | 'unknown' {
  if (/\b(curl|wget|nc|ncat)\b|\/dev\/tcp\//.test(script)) return 'answers';
  return /\b(killall|pidof|pgrep|systemctl|service|ps)\b/.test(script) ? 'processes' : 'unknown';
}

function assumptionsOf(files: readonly BalancerFile[]): readonly string[] {
  const trackers = files.flatMap(({ balancer, file }) =>
    file.instances.flatMap((instance) => instance.trackers.map((tracker) => ({ balancer, tracker }))),
  );
  const texts = trackers.flatMap(({ balancer, tracker: { name, poll } }) =>
    poll !== undefined && sees(poll.script) === 'unknown'
      ? [
          `${name} on ${balancer} runs \`${poll.script}\`, which is taken to notice an NGINX that is dead or does not answer`,
        ]
      : [],
  );
  return [...new Set(texts)];
}

/** keepalived's own settings lead neighbours astray after a partition; one line ends that (src/proof/vrrp-healing.ts). */
function garpAdvice(files: readonly BalancerFile[]): readonly string[] {
  const silent = files.filter(({ file }) =>
    file.instances.some(({ garp }) => !garp.answersHigher || !garp.onLowerAdvert),
  );
  if (silent.length === 0) return [];
  const names = silent.map(({ balancer }) => balancer).join(' and ');
  return [
    `write \`vrrp_higher_prio_send_advert true\` in global_defs of ${names}, and no \`vrrp_garp_lower_prio_repeat 0\` or \`vrrp_strict\`: ` +
      'otherwise neighbours may go on sending to the balancer that let go, after a partition has healed',
  ];
}

/** Settings that differ where they must not: the routers then drop each other's adverts, and both are master. */
function mismatchesOf(files: readonly BalancerFile[]): readonly string[] {
  const all = files.flatMap(({ balancer, file }) => file.instances.map((instance) => ({ balancer, instance })));
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other) => (one.balancer === other.balancer ? [] : differences(one, other))),
  );
}

interface Placed {
  readonly balancer: string;
  readonly instance: KeepalivedInstance;
}

function differences(one: Placed, other: Placed): readonly string[] {
  const [a, b] = [one.instance, other.instance];
  const shared = a.addresses.find((address) => b.addresses.includes(address));
  if (a.vrid !== b.vrid) {
    if (shared === undefined) return [];
    return [
      `${shared} has virtual_router_id ${a.vrid} on ${one.balancer} and ${b.vrid} on ${other.balancer}: neither listens to the other's adverts, and both hold it`,
    ];
  }
  const found: string[] = [];
  if (a.version !== b.version) {
    found.push(
      `${a.name} speaks VRRP ${a.version} on ${one.balancer} and ${b.version} on ${other.balancer}: each drops the other's adverts, and both hold its addresses`,
    );
  }
  // RFC 3768 7.1: an advert of another interval is dropped; RFC 9568: the backup takes over the master's.
  if (a.version === 2 && b.version === 2 && a.advertMs !== b.advertMs) {
    found.push(
      `${a.name} has advert_int ${formatDuration(a.advertMs)} on ${one.balancer} and ${formatDuration(b.advertMs)} on ${other.balancer}: VRRP 2 drops adverts of another interval, and both hold its addresses`,
    );
  }
  if (a.addresses.join() !== b.addresses.join()) {
    found.push(
      `${a.name} has ${a.addresses.join(', ')} on ${one.balancer} and ${b.addresses.join(', ')} on ${other.balancer}: a take-over would bring other addresses`,
    );
  }
  return found;
}
