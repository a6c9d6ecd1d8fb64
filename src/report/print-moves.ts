import { counted } from '../base/counted.ts';
import type { Drained, DrainedBackend, Moved, Undrained } from '../facts/planned-moves.ts';
import { measured } from './drill-words.ts';

/** One sentence about a move, and one for each thing beside it that a person should know. */
export function printMoved(moved: Moved): string {
  const { vip, to, watchEnded, untold } = moved;
  const lines = [movedSentence(moved)];
  if (watchEnded) lines.push(`${to} had just returned and is watched no longer: its other VIPs come home too`);
  if (untold.length > 0) {
    const names = untold.join(', ');
    lines.push(
      `${names} did not answer and may claim ${vip} by an earlier move; evenkeel move ${vip} ${to} again when it does`,
    );
  }
  return lines.join('\n');
}

function movedSentence({ vip, addresses, from, to, already, ms, connections }: Moved): string {
  const what = `${vip} (${addresses.join(', ')})`;
  if (already) return `${what} is on ${to} already, and stays there`;
  if (from === undefined) return `${what} is on ${to}`;
  const left =
    connections === undefined
      ? `${from} does not answer any more, and connections it had may be lost`
      : connections === 0
        ? 'no connection was left behind'
        : `${counted(connections, 'connection')} went on on ${from}`;
  return `${what} moved from ${from} to ${to} in ${measured(ms)}; ${left}`;
}

/** What a drain did, a line for each VIP. */
export function printDrained(drained: Drained): string {
  const { balancer, moved, connections } = drained;
  const end = `${balancer} is drained: it holds no VIP, and stays out of service until evenkeel undrain ${balancer}`;
  const reported = `${connectionWords(drained)}${connections === 0 ? '' : `; to wait for them: evenkeel drain ${balancer}`}`;
  return [...moved.map(printMoved), end, reported].join('\n');
}

function connectionWords({ connectionsFound: found, connectionsEnded: ended, connections: left }: Drained): string {
  if (found === 0) return 'it had no connections';
  const had = `it had ${counted(found, 'connection')}`;
  if (left === 0) return `${had}: all ended`;
  return `${had}: ${ended} ended, ${left} ${left === 1 ? 'is' : 'are'} still open`;
}

/** What an undrain did. */
export function printUndrained({ balancer, wasDrained, holds, elsewhere }: Undrained): string {
  const held = holds.length === 0 ? 'no VIP' : holds.join(', ');
  const first = wasDrained
    ? `${balancer} is in service and holds ${held}`
    : `${balancer} was not drained: nothing was changed, and it holds ${held}`;
  const stay = elsewhere.map(
    ({ vip, on }) => `${vip} stays on ${on}, to which it was moved; to bring it home: evenkeel move ${vip} ${balancer}`,
  );
  return [first, ...stay].join('\n');
}

/** What became of a backend, and who does not know of it. */
export function printDrainedBackend(turned: DrainedBackend): string {
  const { backend, does, also, silent } = turned;
  const still = does === 'undrain' ? also : [];
  return [
    backendSentence(turned),
    ...still.map((name) => `${name} is drained by that name still: evenkeel undrain ${name}`),
    ...silent.map(({ balancer, why }) => `${balancer} was not told: ${why}; evenkeel ${does} ${backend} again later`),
  ].join('\n');
}

function backendSentence({ backend, does, pools, before, told }: DrainedBackend): string {
  const on = told.join(', ');
  if (does === 'undrain' && before.length === 0) return `${backend} was not drained on ${on}: nothing was changed`;
  const what = does === 'drain' ? 'gets no new clients' : 'gets requests again as soon as it is well';
  const which = pools.length > 1 ? ` in the pools ${pools.join(', ')}` : '';
  const was = does === 'drain' && told.every((one) => before.includes(one)) ? ', as before' : '';
  return `${backend} ${what}${which} from ${on}${was}`;
}
