import type { PoolsDocument } from '../../model/pools-document.ts';
import type { AgentContext } from '../agent-part.ts';
import { errorWords } from '../../base/error-words.ts';
import { pause } from '../pause.ts';
import { replaceFile } from '../replace-file.ts';
import type { EdgeVerdict } from './pool-verdict.ts';
import { poolsDocument, sameDocument } from './pools-document.ts';
import { sayOnce } from '../say-once.ts';
import { tellNginx } from './tell-nginx.ts';

/** Where NGINX is told. */
export interface NginxPlaces {
  readonly poolsFile: string;
  readonly poolsSocket: string;
  /** Milliseconds since the epoch: what a document's version grows with, also over restarts. */
  readonly wallClock: () => number;
}

/** Keeps NGINX told. */
export interface NginxTeller {
  readonly tell: (verdict: EdgeVerdict) => void;
  /** Tells again what was not settled, until the signal fires. */
  readonly keepTelling: (signal: AbortSignal) => Promise<void>;
}

/** Until NGINX is told once more what is not settled. Milliseconds. */
const againMs = 1000;

/**
 * Sends each new document: the file first, from which NGINX starts and reloads, then the socket.
 *
 * | file    | socket  | what follows                                                                   |
 * |---------|---------|--------------------------------------------------------------------------------|
 * | written | taken   | nothing: it is settled                                                         |
 * | written | refused | both again, a second later, with a newer version                               |
 * | refused | taken   | the same: NGINX works by it, but one that starts meanwhile has read an old file |
 * | refused | refused | the same                                                                       |
 */
export function nginxTeller({ log }: Pick<AgentContext, 'log'>, places: NginxPlaces): NginxTeller {
  let wanted: PoolsDocument | undefined;
  let settled: PoolsDocument | undefined;
  let version = 0;
  let isTelling = false;
  const sayOfFile = sayOnce(log);
  const sayOfNginx = sayOnce(log);
  const keep = (text: string): 'kept' | 'refused' => {
    try {
      replaceFile(places.poolsFile, text);
      sayOfFile('');
      return 'kept';
    } catch (error) {
      // No reason to leave NGINX with a backend that is dead.
      sayOfFile(`${places.poolsFile} can't be written, and is tried again each second: ${errorWords(error)}`);
      return 'refused';
    }
  };
  const send = async (): Promise<void> => {
    if (isTelling) return;
    isTelling = true;
    let tried: PoolsDocument | undefined;
    try {
      for (;;) {
        const document = wanted;
        if (document === undefined || document === settled || document === tried) break;
        tried = document;
        const text = JSON.stringify(document);
        const file = keep(text);
        const { status, words } = await tellNginx(places.poolsSocket, text);
        // An older one: the clock was set back. The next one is newer than what NGINX holds.
        if (status === 409) version = Math.max(version, heldVersion(words));
        if (status !== 200) throw new Error(`NGINX does not take the pools: ${status} ${words}`);
        if (file === 'kept') settled = document;
        sayOfNginx('');
      }
    } catch (error) {
      sayOfNginx(`NGINX was not told: ${errorWords(error)}`);
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
        if (signal.aborted || wanted === undefined || wanted === settled) continue;
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
