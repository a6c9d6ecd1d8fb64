import { counted } from '../base/counted.ts';
import type { Drained, DrainedBackend, Moved, Undrained } from '../facts/planned-moves.ts';
import { measured } from './drill-words.ts';

/** One sentence about a move. */
export function printMoved({ vip, addresses, from, to, ms, connections }: Moved): string {
  const what = `${vip} (${addresses.join(', ')})`;
  if (from === undefined) return `${what} is on ${to}`;
  const left =
    connections === 0 ? 'no connection was left behind' : `${counted(connections, 'connection')} went on on ${from}`;
  return `${what} moved from ${from} to ${to} in ${measured(ms)}; ${left}`;
}

/** What a drain did, a line for each VIP. */
export function printDrained({ balancer, moved, connections }: Drained): string {
  const end =
    connections === 0
      ? `${balancer} is drained: it holds no VIP, has no connection, and stays out of service until evenkeel undrain ${balancer}`
      : `${balancer} is drained, and ${counted(connections, 'connection is', 'connections are')} still open on it`;
  return [...moved.map(printMoved), end].join('\n');
}

/** What an undrain did. */
export function printUndrained({ balancer, holds }: Undrained): string {
  return `${balancer} is in service and holds ${holds.length === 0 ? 'no VIP' : holds.join(', ')}`;
}

/** What became of a backend, and who does not know of it. */
export function printDrainedBackend({ backend, does, told, silent }: DrainedBackend): string {
  const what = does === 'drain' ? 'gets no new clients' : 'gets requests again as soon as it is well';
  return [
    `${backend} ${what} from ${told.join(', ')}`,
    ...silent.map(({ balancer, why }) => `${balancer} was not told: ${why}; evenkeel ${does} ${backend} again later`),
  ].join('\n');
}
