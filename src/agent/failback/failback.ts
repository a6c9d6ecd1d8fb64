import { execFile } from 'node:child_process';
import { handoverScript } from '../../model/handover-commands.ts';
import { stateFiles } from '../../model/state-files.ts';
import { isolatePath } from '../../model/witness-paths.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import { pause } from '../pause.ts';
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

/**
 * Gives a balancer that returned its VIPs back, once it was well for a while (docs/adr/0009-planned-moves.md). Until then its priorities are
 * lowered: it takes a VIP at once when nobody else can, and none that another one serves. Without this part that is how it stays.
 */
export function failbackPart(wallClock: () => number, addressesOf: (device: string) => ReadonlySet<string>): AgentPart {
  return async (context, signal) => {
    const { config, log } = context;
    const times = { ...config.failback, memoryMs };
    let returns = readReturns(stateFiles.returns, { now: wallClock(), memoryMs });
    let state = { ...firstFailback, returns: returns.length };
    // After a drill: what was broken on purpose is no flapping.
    context.register('forget-returns', () => {
      returns = [];
      state = { ...state, returns: 0 };
      keepReturns(returns, context);
      return 'forgotten';
    });
    while (!signal.aborted) {
      const isolated = readVerdict(isolatePath) !== '0' || readVerdict(stateFiles.blind) !== '0';
      // Who was cut off, or blind, comes back like one that was down.
      if (isolated && readVerdict(stateFiles.settling) === '0') tryWrite('1', context);
      const judged = judgeFailback(
        state,
        {
          now: context.now(),
          settling: readVerdict(stateFiles.settling) !== '0',
          home: isHome(context, addressesOf),
          well:
            !isolated && readVerdict(stateFiles.nginxVerdict) === '0' && readVerdict(stateFiles.nginxAnswers) === '0',
        },
        times,
      );
      ({ state } = judged);
      context.report({ settling: judged.leftMs > 0, leftMs: Math.round(judged.leftMs), returns: state.returns });
      if (judged.verdict === 'stay' && tryWrite('0', context)) log('is in service: it holds its VIPs already');
      if (judged.verdict === 'return') {
        await expectConnections(context);
        if (tryWrite('0', context)) log('was well long enough: takes its VIPs back');
        returns = [...readReturns(stateFiles.returns, { now: wallClock(), memoryMs }), wallClock()];
        keepReturns(returns, context);
      } else {
        // What is old is forgotten.
        returns = returns.filter((one) => one > wallClock() - memoryMs);
        state = { ...state, returns: returns.length };
      }
      await pause(everyMs, signal);
    }
  };
}

/** Whether every VIP that prefers this balancer is on its interface; not when none does. */
function isHome({ config }: AgentContext, addressesOf: (device: string) => ReadonlySet<string>): boolean {
  const own = config.vips.filter((vip) => vip.claims[0]?.balancer === config.host);
  const here = addressesOf(config.interface);
  return own.length > 0 && own.every((vip) => vip.addresses.every((address) => here.has(address)));
}

function tryWrite(verdict: '0' | '1', { log }: AgentContext): boolean {
  try {
    writeVerdict(stateFiles.settling, verdict);
    return true;
  } catch (error) {
    log(`${stateFiles.settling} can't be written: ${String(error)}`);
    return false;
  }
}

function keepReturns(returns: readonly number[], { log }: AgentContext): void {
  try {
    writeReturns(stateFiles.returns, returns);
  } catch (error) {
    log(`that it returned can't be written down: ${String(error)}`);
  }
}

/** Packets of connections that the other balancer has go there, before the first one comes. Without a way to pass them on they are reset, as always. */
async function expectConnections({ config, log }: AgentContext): Promise<void> {
  if (config.peers.length === 0) return;
  const addresses = config.vips.flatMap((vip) => vip.addresses);
  await new Promise<void>((resolve) => {
    execFile(handoverScript, ['expect', String(deadlineSeconds), ...addresses], { timeout: scriptMs }, (error) => {
      if (error !== null) log(`connections can't be passed on: ${error.message}`);
      resolve();
    });
  });
}
