import type { AgentPool } from '../../model/agent-config.ts';
import { poolsFile, poolsSocket } from '../../model/pools-document.ts';
import type { PoolsDocument } from '../../model/pools-document.ts';
import { stateFiles } from '../../model/state-files.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import { pause } from '../pause.ts';
import { replaceFile } from '../replace-file.ts';
import type { SightingsExchange } from '../sightings-exchange.ts';
import type { ReachWord } from '../reach-word.ts';
import { readVerdict, writeVerdict } from '../verdict-file.ts';
import type { BackendView } from './backend-view.ts';
import { readDrained, writeDrained } from './drained-file.ts';
import { judgePools } from './pool-verdict.ts';
import type { EdgeVerdict } from './pool-verdict.ts';
import { poolsDocument, sameDocument } from './pools-document.ts';
import { startBackends } from './start-backends.ts';
import { tellNginx } from './tell-nginx.ts';

/** Where this part looks and writes, and what is not the same twice. */
export interface BackendsPlaces {
  readonly statePath: string;
  readonly drainedPath: string;
  readonly poolsFile: string;
  readonly poolsSocket: string;
  readonly blindPath: string;
  /** Milliseconds since the epoch: what a document's version grows with, also over restarts. */
  readonly wallClock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** On a balancer. */
export function balancerBackends(wallClock: () => number, random: () => number): BackendsPlaces {
  return {
    statePath: stateFiles.backends,
    drainedPath: stateFiles.drainedBackends,
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
/** Until NGINX is told once more what it did not take. Milliseconds. */
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
    if (pools.length === 0) reach.tell('some');
    // Nothing to ask, and to end would be a failure.
    while (pools.length === 0 && !signal.aborted) await pause(idleMs, signal);
    if (signal.aborted) return;
    let drained = readDrained(places.drainedPath);
    let views: readonly BackendView[] = [];
    const teller = nginxTeller(context, places);
    const judge = (): EdgeVerdict =>
      judgePools({ pools, own: views, peers: sightings.heard(context.now()), freshMs, drained });
    const blind = blindTeller(context, places);
    const change = (): void => {
      const verdict = judge();
      reach.tell(verdict.reach);
      context.report({ blind: verdict.reach === 'blind', pools: verdict.pools.map(inShort) });
      blind(verdict);
      teller.tell(verdict);
    };
    const setDrained = (name: unknown, does: 'drain' | 'undrain'): unknown => {
      if (typeof name !== 'string' || !isBackend(pools, name)) throw new Error(`there is no backend ${String(name)}`);
      const next = new Set(drained);
      if (does === 'drain') next.add(name);
      else next.delete(name);
      writeDrained(places.drainedPath, next);
      drained = next;
      change();
      return { drained: [...drained] };
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
      onTrouble: (error) => context.log(`what is known of backends can't be kept: ${String(error)}`),
    });
    views = watch.views();
    sightings.tell(views);
    change();
    await Promise.all([watch.ended, teller.keepTelling(signal), lookAgain(change, signal)]);
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

function isBackend(pools: readonly AgentPool[], name: string): boolean {
  return pools.some(({ backends }) => backends.some((one) => one.name === name || one.name.startsWith(`${name}:`)));
}

function inShort({ pool, panic, empty, backends }: EdgeVerdict['pools'][number]): unknown {
  return {
    pool,
    panic,
    empty,
    backends: backends.map(({ backend, belief, use }) => ({ name: backend.name, belief, use })),
  };
}

interface NginxTeller {
  readonly tell: (verdict: EdgeVerdict) => void;
  /** Tells again what was not taken, until the signal fires. */
  readonly keepTelling: (signal: AbortSignal) => Promise<void>;
}

/** Sends each new document: the file first, from which NGINX starts and reloads, then the socket. */
function nginxTeller({ log }: AgentContext, places: BackendsPlaces): NginxTeller {
  let wanted: PoolsDocument | undefined;
  let taken: PoolsDocument | undefined;
  let version = 0;
  let complaint = '';
  let isTelling = false;
  const complain = (words: string): void => {
    if (words !== complaint && words !== '') log(words);
    complaint = words;
  };
  const send = async (): Promise<void> => {
    if (isTelling) return;
    isTelling = true;
    try {
      for (;;) {
        const document = wanted;
        if (document === undefined || document === taken) break;
        const text = JSON.stringify(document);
        replaceFile(places.poolsFile, text);
        const { status, words } = await tellNginx(places.poolsSocket, text);
        // An older one: the clock was set back. The next one is newer than what NGINX holds.
        if (status === 409) version = Math.max(version, heldVersion(words));
        if (status !== 200) throw new Error(`NGINX does not take the pools: ${status} ${words}`);
        taken = document;
        complain('');
      }
    } catch (error) {
      complain(`NGINX was not told: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      isTelling = false;
    }
  };
  const next = (): number => {
    version = Math.max(version + 1, Math.floor(places.wallClock()));
    return version;
  };
  return {
    tell(verdict) {
      const document = poolsDocument(verdict, next());
      if (wanted !== undefined && sameDocument(wanted, document)) return;
      wanted = document;
      void send();
    },
    async keepTelling(signal) {
      while (!signal.aborted) {
        await pause(againMs, signal);
        if (signal.aborted || wanted === undefined || wanted === taken) continue;
        wanted = { ...wanted, version: next() };
        await send();
      }
    },
  };
}

/** The version that NGINX says it holds; 0 when it does not. */
function heldVersion(words: string): number {
  return Number(/\d{1,14}/.exec(words)?.[0] ?? '0');
}
