import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { handoverScript } from '../../model/handover-commands.ts';
import { stateFiles } from '../../model/state-files.ts';
import { isolatePath } from '../../model/witness-paths.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import { pause } from '../pause.ts';
import type { ReachWord } from '../reach-word.ts';
import { readVerdict, writeVerdict } from '../verdict-file.ts';
import { firstFailback, judgeFailback } from './judge-failback.ts';
import { readReturns, writeReturns } from './returns-file.ts';

/** Between two looks. */
const everyMs = 500;
/** Returns longer ago are forgotten. */
const memoryMs = 600_000;
/** Connections may go on for so long on the balancer that had the VIPs meanwhile. Seconds. */
const deadlineSeconds = 900;
/** Milliseconds the handover script may take. */
const scriptMs = 10_000;

/** Where this part looks and writes, and what is not the same twice. */
export interface FailbackPlaces {
  readonly files: Readonly<
    Record<'settling' | 'blind' | 'isolate' | 'nginxVerdict' | 'nginxAnswers' | 'returns', string>
  >;
  readonly handoverScript: string;
  /** The addresses on a device of this host, without prefix lengths. */
  readonly addressesOf: (device: string) => ReadonlySet<string>;
  /** What this balancer reaches, from the part that asks backends. */
  readonly reach: ReachWord;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
}

/** On a balancer. */
export function balancerFailback(given: Pick<FailbackPlaces, 'addressesOf' | 'reach' | 'wallClock'>): FailbackPlaces {
  return { ...given, handoverScript, files: { ...stateFiles, isolate: isolatePath } };
}

/**
 * Gives a balancer that returned its VIPs back, once it was well for a while (docs/adr/0009-planned-moves.md). Until then its priorities are
 * lowered: it takes a VIP at once when nobody else can, and none that another one serves. Without this part that is how it stays.
 */
export function failbackPart(places: FailbackPlaces): AgentPart {
  return async (context, signal) => {
    const { config, log } = context;
    const { files, wallClock } = places;
    const times = { ...config.failback, memoryMs };
    let returns = readReturns(files.returns, { now: wallClock(), memoryMs });
    let state = { ...firstFailback, returns: returns.length };
    // After a drill: what was broken on purpose is no flapping.
    context.register('forget-returns', () => {
      returns = [];
      state = { ...state, returns: 0 };
      keepReturns(returns, places, context);
      return 'forgotten';
    });
    while (!signal.aborted) {
      // Who is cut off, or blind, comes back like one that was down.
      if (isApart(places) && readVerdict(files.settling) === '0') tryWrite('1', places, context);
      const stamp = stampOf(files.settling);
      const judged = judgeFailback(
        state,
        {
          now: context.now(),
          settling: readVerdict(files.settling) !== '0',
          home: isHome(context, places),
          well: isWell(places),
        },
        times,
      );
      context.report({ settling: judged.leftMs > 0, leftMs: Math.round(judged.leftMs), returns: state.returns });
      const took = judged.verdict !== 'wait' && (await takeBack(places, context, stamp));
      if (took && judged.verdict === 'stay') log('is in service: it holds its VIPs already');
      if (took && judged.verdict === 'return') {
        log('was well long enough: takes its VIPs back');
        returns = [...returns.filter((one) => one > wallClock() - memoryMs), wallClock()];
        keepReturns(returns, places, context);
      } else {
        // What is old is forgotten.
        returns = returns.filter((one) => one > wallClock() - memoryMs);
      }
      // What was not taken is tried again at the next look, and counts when it was.
      if (took || judged.verdict === 'wait') ({ state } = judged);
      state = { ...state, returns: returns.length };
      await pause(everyMs, signal);
    }
  };
}

/** Cut off from the others, or without any backend while another balancer has some. */
function isApart({ files }: FailbackPlaces): boolean {
  return readVerdict(files.isolate) !== '0' || readVerdict(files.blind) !== '0';
}

/**
 * Of use to clients: NGINX runs and answers, and reaches a backend itself. Reaching none is no reason to stay away when another balancer
 * says that it reaches none either; its silence is one.
 */
function isWell(places: FailbackPlaces): boolean {
  const { files, reach } = places;
  return (
    !isApart(places) &&
    readVerdict(files.nginxVerdict) === '0' &&
    readVerdict(files.nginxAnswers) === '0' &&
    ['some', 'nobody'].includes(reach.told())
  );
}

/** Whether every VIP that prefers this balancer is on its interface; not when none does. */
function isHome({ config }: AgentContext, { addressesOf }: FailbackPlaces): boolean {
  const own = config.vips.filter((vip) => vip.claims[0]?.balancer === config.host);
  const here = addressesOf(config.interface);
  return own.length > 0 && own.every((vip) => vip.addresses.every((address) => here.has(address)));
}

/**
 * Raises the priorities again: VIPs come, also such that this balancer is not preferred for while the other one settles too. So
 * connections are expected in any case. Not when it was told to settle anew, or stopped being well, while that was prepared.
 */
async function takeBack(places: FailbackPlaces, context: AgentContext, stamp: string): Promise<boolean> {
  await expectConnections(places, context);
  if (stampOf(places.files.settling) !== stamp || !isWell(places)) return false;
  return tryWrite('0', places, context);
}

/** Which file this is: everybody who writes it puts a new one in its place. */
function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs}`;
}

function tryWrite(verdict: '0' | '1', { files }: FailbackPlaces, { log }: AgentContext): boolean {
  try {
    writeVerdict(files.settling, verdict);
    return true;
  } catch (error) {
    log(`${files.settling} can't be written: ${String(error)}`);
    return false;
  }
}

function keepReturns(returns: readonly number[], { files }: FailbackPlaces, { log }: AgentContext): void {
  try {
    writeReturns(files.returns, returns);
  } catch (error) {
    log(`that it returned can't be written down: ${String(error)}`);
  }
}

/** Packets of connections that the other balancer has go there, before the first one comes. Without a way to pass them on they are reset, as always. */
async function expectConnections(
  { handoverScript: script }: FailbackPlaces,
  { config, log }: AgentContext,
): Promise<void> {
  if (config.peers.length === 0) return;
  const addresses = config.vips.flatMap((vip) => vip.addresses);
  await new Promise<void>((resolve) => {
    execFile(script, ['expect', String(deadlineSeconds), ...addresses], { timeout: scriptMs }, (error) => {
      if (error !== null) log(`connections can't be passed on: ${error.message}`);
      resolve();
    });
  });
}
