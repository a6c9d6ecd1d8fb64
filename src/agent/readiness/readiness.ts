import { nginxPidPath, stateFiles } from '../../model/state-files.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import { pause } from '../pause.ts';
import { nginxAsker } from './ask-nginx.ts';
import { holdConnection } from './hold-connection.ts';
import { firstReadiness, judgeReadiness } from './judge-readiness.ts';
import { queueHasSome, turnsOfNginx } from './look-at-nginx.ts';
import { readVerdict, writeVerdict } from '../verdict-file.ts';
import { sayOnce } from '../say-once.ts';

/** Where this part looks and writes. */
export interface ReadinessPlaces {
  readonly port: number;
  readonly pidPath: string;
  readonly runsPath: string;
  readonly answersPath: string;
}

/** On a balancer. */
export const balancerPlaces: ReadinessPlaces = {
  port: 443,
  pidPath: nginxPidPath,
  runsPath: stateFiles.nginxVerdict,
  answersPath: stateFiles.nginxAnswers,
};

/**
 * Tells keepalived when NGINX hangs on this balancer, or is gone, and when it is well again (docs/adr/0006-hung-nginx.md). When
 * this part ends its last word stays: a `0` written at the end would give the VIP to a server that answers nobody.
 */
export function readinessPart(places: ReadinessPlaces = balancerPlaces): AgentPart {
  return async (context, signal) => {
    const say = sayer(context, places);
    const gone = (): void => {
      if (readVerdict(places.runsPath) === '0') say('1', 'NGINX is gone: the VIPs leave');
    };
    await Promise.all([askAgain(context, { places, say }, signal), holdConnection(places.port, gone, signal)]);
  };
}

/** Writes a verdict; a disk that is full or a file that can't be written is said once, and tried again at the next question. */
type Say = (verdict: '0' | '1', words: string) => void;

function sayer(context: AgentContext, places: ReadinessPlaces): Say {
  const complain = sayOnce(context.log);
  return (verdict, words) => {
    try {
      writeVerdict(places.answersPath, verdict);
      complain('');
      context.log(words);
    } catch (error) {
      complain(`${words}, but it can't be told: ${String(error)}`);
    }
  };
}

async function askAgain(
  context: AgentContext,
  { places, say }: { readonly places: ReadinessPlaces; readonly say: Say },
  signal: AbortSignal,
): Promise<void> {
  const how = context.config.readiness;
  const ask = nginxAsker(how, places.port);
  let state = { ...firstReadiness, told: readVerdict(places.answersPath) };
  while (!signal.aborted) {
    const next = context.now() + how.intervalMs;
    const answer = await ask();
    const silent = answer === 'silent';
    const look = {
      answer,
      turns: silent ? turnsOfNginx(places.pidPath) : undefined,
      waiting: silent && queueHasSome(places.port),
      runs: readVerdict(places.runsPath),
      hangs: readVerdict(places.answersPath),
    };
    const judgement = judgeReadiness(state, look, how);
    if (judgement.say === '1') say('1', 'NGINX hangs: the VIPs leave');
    if (judgement.say === '0') say('0', 'NGINX no longer hangs');
    // What is there now, not what was meant: a write may have failed.
    state = { ...judgement.state, told: readVerdict(places.answersPath) };
    context.report({ answer, missed: state.missed, well: state.well, runs: look.runs, hangs: state.told });
    await pause(next - context.now(), signal);
  }
}
