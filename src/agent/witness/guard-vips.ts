import { isolatePath, yieldPath } from '../../model/witness-paths.ts';
import { describeAlarm, describeNews } from './describe-alarms.ts';
import { leftoverDropper } from './drop-leftovers.ts';
import { claimOf, guardedVip, standings } from './guarded-vip.ts';
import type { GuardedVip, Standing } from './guarded-vip.ts';
import { hearMessage, nobodyHeard } from './hear-others.ts';
import { pause } from '../pause.ts';
import type { SightingsExchange } from '../sightings-exchange.ts';
import type { HostHands } from './host-hands.ts';
import { openSocket } from './open-socket.ts';
import { wireAsker } from './wire-asker.ts';
import { decide } from './witness-decision.ts';
import { maxClaims } from './witness-message.ts';
import type { WitnessOptions } from './witness-options.ts';
import { freshMemory, isFresh, periodMs } from './witness-state.ts';
import type { WitnessAlarm, WitnessDecision, WitnessInput } from './witness-state.ts';
import { errorWords } from '../../base/error-words.ts';

/** What a balancer's guard needs. */
export interface GuardOptions extends WitnessOptions {
  readonly hands: HostHands;
  /** What this balancer sees of the backends goes with its claims, and what the others see comes with theirs. */
  readonly sightings: Pick<SightingsExchange, 'told' | 'hear'>;
  /** Called after each decision that differs from the one before, in what it does or warns of. */
  readonly report: (state: GuardState) => void;
}

/** What the guard does at the moment. VIPs by name. */
export interface GuardState {
  /** Balancers and witnesses that were heard lately. */
  readonly heard: readonly string[];
  readonly isolated: boolean;
  /** VIPs this balancer left to another one. */
  readonly yielded: readonly string[];
  readonly announced: readonly string[];
  /** In words, one for each. */
  readonly alarms: readonly string[];
}

/**
 * The balancer's side of the witness: each period it says which VIPs it holds, decides by what the others say, and writes the files
 * that keepalived tracks. Runs until the signal fires. It leaves the files as they are then: the unit's ExecStopPost resets them.
 */
export async function guardVips(options: GuardOptions, signal: AbortSignal): Promise<void> {
  const { config, now, hands, boot } = options;
  const vips = config.vips.flatMap((vip) => guardedVip(vip, config.host)).slice(0, maxClaims);
  const priorities = new Map(vips.map(({ address, priority }) => [address, priority]));
  let others = nobodyHeard(config);
  let sequence = 0;
  const socket = openSocket(
    options,
    (message) => {
      const next = hearMessage(others, message, { boot, sequence, now: now() });
      // The same others: it was a replay, or of a stranger.
      if (next !== others && message.kind === 'claims')
        options.sightings.hear(message.sender, message.sightings, now());
      others = next;
    },
    signal,
  );
  const write = verdictWriter(options);
  const announce = announcer(hands);
  const wire = wireAsker(options);
  const tell = teller(options, vips);
  const dropLeftovers = leftoverDropper(options);
  /** All addresses of VIPs that are known by their IPv4 address here. */
  const allAddresses = (vips: Pick<ReadonlySet<string>, 'has'>): ReadonlySet<string> =>
    new Set(config.vips.flatMap(({ addresses }) => (vips.has(addresses[0] ?? '') ? addresses : [])));
  let since: ReadonlyMap<string, Standing> = new Map();
  let memory = freshMemory(now());
  while (!signal.aborted) {
    const at = now();
    since = standings({ priorities, here: hands.addresses(), before: since, at });
    sequence += 1;
    const claims = vips.map(({ address, priority }) => claimOf(since, { vip: address, priority, at }));
    const sightings = options.sightings.told();
    const said = { kind: 'claims', sender: config.host, boot, sequence, claims, sightings } as const;
    socket.send(said, [...config.peers, ...config.witnesses]);
    const held = new Map([...since].flatMap(([vip, one]) => (one.isMaster ? [[vip, one.at] as const] : [])));
    const { peers, witnesses } = others;
    const input: WitnessInput = { now: at, self: config.host, priorities, held, peers, witnesses, ...wire.known() };
    const outcome = decide(input, memory);
    ({ memory } = outcome);
    const { decision } = outcome;
    await write(isolatePath, decision.isolate === 'yes');
    for (const { name, address } of vips) await write(yieldPath(name), decision.yields.has(address));
    for (const address of decision.announce) announce(address);
    dropLeftovers({ now: at, yielded: allAddresses(decision.yields), here: hands.addresses() });
    wire.turn(decision, input);
    tell(decision, input);
    await pause(at + periodMs - now(), signal);
  }
}

/** Writes a verdict when it changes, and at first, whatever an earlier agent left. What fails is said once and tried each period. */
function verdictWriter({
  hands,
  log,
}: Pick<GuardOptions, 'hands' | 'log'>): (path: string, isOut: boolean) => Promise<void> {
  const written = new Map<string, boolean | 'failed'>();
  return async (path, isOut) => {
    const last = written.get(path);
    if (last === isOut) return;
    try {
      await hands.writeVerdict(path, isOut ? '1' : '0');
      written.set(path, isOut);
    } catch (error) {
      written.set(path, 'failed');
      if (last !== 'failed') log(`${path} was not written: ${errorWords(error)}`);
    }
  };
}

/** Announces without waiting. On Debian 12 `arping` sends at once and then waits a second, so several run at a time; never more than these. */
const mostAnnouncements = 6;

function announcer(hands: HostHands): (address: string) => void {
  const running = new Map<string, number>();
  const add = (address: string, by: number): void => {
    running.set(address, (running.get(address) ?? 0) + by);
  };
  return (address) => {
    if ((running.get(address) ?? 0) >= mostAnnouncements) return;
    add(address, 1);
    void hands.announce(address).finally(() => add(address, -1));
  };
}

/** Reports and logs what changed. */
function teller(
  { report, log }: Pick<GuardOptions, 'report' | 'log'>,
  vips: readonly GuardedVip[],
): (decision: WitnessDecision, input: WitnessInput) => void {
  const nameOf = (address: string): string => vips.find((vip) => vip.address === address)?.name ?? address;
  let last = '';
  let alarms: readonly WitnessAlarm[] = [];
  return (decision, { peers, witnesses, now }) => {
    const heard = [...peers, ...witnesses].filter(([, one]) => one !== undefined && isFresh(one.at, now));
    const state: GuardState = {
      heard: heard.map(([name]) => name),
      isolated: decision.isolate === 'yes',
      yielded: [...decision.yields.keys()].map(nameOf),
      announced: decision.announce.map(nameOf),
      alarms: decision.alarms.map((alarm) => describeAlarm(alarm, nameOf)),
    };
    const text = JSON.stringify(state);
    if (text === last) return;
    last = text;
    for (const line of describeNews(alarms, decision.alarms, nameOf)) log(line);
    ({ alarms } = decision);
    report(state);
  };
}
