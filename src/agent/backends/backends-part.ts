import type { AgentPool } from '../../model/agent-config.ts';
import { poolsFile, poolsSocket } from '../../model/pools-document.ts';
import { stateFiles } from '../../model/state-files.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import { errorWords } from '../../base/error-words.ts';
import { leftoverMs } from '../leftover-claims.ts';
import { pause } from '../pause.ts';
import type { SightingsExchange } from '../sightings-exchange.ts';
import type { ReachWord } from '../reach-word.ts';
import { readVerdict, writeVerdict } from '../verdict-file.ts';
import type { BackendView } from './backend-view.ts';
import { drainedBackends } from './drained-backends.ts';
import type { DrainedPlaces } from './drained-backends.ts';
import { nginxTeller } from './nginx-teller.ts';
import type { NginxPlaces } from './nginx-teller.ts';
import { judgePools } from './pool-verdict.ts';
import type { EdgeVerdict } from './pool-verdict.ts';
import { startBackends } from './start-backends.ts';

/** Where this part looks and writes, and what is not the same twice. */
export interface BackendsPlaces extends DrainedPlaces, NginxPlaces {
  readonly statePath: string;
  readonly blindPath: string;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** On a balancer. */
export function balancerBackends(wallClock: () => number, random: () => number): BackendsPlaces {
  return {
    statePath: stateFiles.backends,
    drainedPath: stateFiles.drainedBackends,
    leftoverMs,
    poolsFile,
    poolsSocket,
    blindPath: stateFiles.blind,
    wallClock,
    random,
  };
}

/** What another balancer told longer ago does not count: it speaks five times a second. Milliseconds. */
const freshMs = 1500;
/** Between two looks at the signal of a part that has nothing to do. Milliseconds. */
const idleMs = 60_000;
/** Between two looks at what the others see. Milliseconds. */
const againMs = 1000;

/**
 * Asks the backends of all pools and tells NGINX, without a reload, which of them get requests (docs/adr/0011-pools-without-reload.md). When
 * this part ends, NGINX goes on with what it was told last, and counts failed requests itself.
 */
export function backendsPart(
  places: BackendsPlaces,
  { sightings, reach }: { readonly sightings: SightingsExchange; readonly reach: ReachWord },
): AgentPart {
  return async (context, signal) => {
    const { pools } = context.config;
    const drained = drainedBackends(context, places);
    if (pools.length === 0) {
      reach.tell('some');
      await drained.forgetLeftovers(signal);
      // Nothing to ask, and to end would be a failure.
      while (!signal.aborted) await pause(idleMs, signal);
    }
    if (signal.aborted) return;
    let views: readonly BackendView[] = [];
    const teller = nginxTeller(context, places);
    const judge = (): EdgeVerdict =>
      judgePools({ pools, own: views, peers: sightings.heard(context.now()), freshMs, drained: drained.names() });
    const blind = blindTeller(context, places);
    const change = (): void => {
      const verdict = judge();
      reach.tell(verdict.reach);
      context.report({ blind: verdict.reach === 'blind', pools: verdict.pools.map(inShort) });
      blind(verdict);
      teller.tell(verdict);
    };
    const setDrained = (name: unknown, does: 'drain' | 'undrain'): unknown => {
      drained.turn(name, does);
      change();
      return { drained: [...drained.names()] };
    };
    context.register('drain-backend', ({ name }) => setDrained(name, 'drain'));
    context.register('undrain-backend', ({ name }) => setDrained(name, 'undrain'));
    context.register('backends', () => ({ views, verdict: judge().pools }));
    const watch = await startBackends({
      pools,
      statePath: places.statePath,
      random: places.random,
      signal,
      onChange: (seen) => {
        views = seen;
        sightings.tell(views);
        change();
      },
      onTrouble: (error) =>
        context.log(`what is known of backends can't be kept, and is tried again: ${errorWords(error)}`),
      onBroken: (why) => context.log(`what was known of backends can't be read, so all are asked anew: ${why}`),
    });
    views = watch.views();
    sightings.tell(views);
    change();
    await Promise.all([
      watch.ended,
      teller.keepTelling(signal),
      lookAgain(change, signal),
      drained.forgetLeftovers(signal),
    ]);
  };
}

/** What the others see changes without a word from our own checks, and grows old. */
async function lookAgain(change: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(againMs, signal);
    if (!signal.aborted) change();
  }
}

/**
 * Says when this balancer reaches no backend and another one does: then its VIPs leave (src/agent/failback). Never when it is alone, or
 * when nobody reaches any: somebody must answer.
 */
function blindTeller(
  { log, now, config }: AgentContext,
  { blindPath }: BackendsPlaces,
): (verdict: EdgeVerdict) => void {
  const patienceMs = blindAfterMs(config.pools);
  let since: number | undefined;
  return ({ reach }) => {
    const isBlind = reach === 'blind';
    since = isBlind ? (since ?? now()) : undefined;
    const blind = since !== undefined && now() - since >= patienceMs;
    const told = readVerdict(blindPath) !== '0';
    // Blind, but not for long enough: what was told stays.
    if (told === blind || (isBlind && !blind)) return;
    try {
      writeVerdict(blindPath, blind ? '1' : '0');
      log(
        blind
          ? 'reaches no backend, and another balancer does: the VIPs leave'
          : reach === 'some'
            ? 'reaches backends again'
            : 'no other balancer says any more that it reaches backends',
      );
    } catch (error) {
      log(`${blindPath} can't be written: ${String(error)}`);
    }
  };
}

/**
 * For so long a balancer must have been blind: until another one has noticed too what broke for both, or it would be believed to see
 * backends that have just died.
 */
function blindAfterMs(pools: readonly AgentPool[]): number {
  return freshMs + Math.max(0, ...pools.map(({ check }) => check.fall * check.intervalMs + check.timeoutMs));
}

function inShort({ pool, panic, empty, backends }: EdgeVerdict['pools'][number]): unknown {
  return {
    pool,
    panic,
    empty,
    backends: backends.map(({ backend, belief, use }) => ({ name: backend.name, belief, use })),
  };
}
