import { askYes } from './ask-yes.ts';
import type { CliContext } from './context.ts';

/** A backend without which pools have nothing left for new clients. */
export interface LastBackend {
  readonly backend: string;
  readonly pools: readonly string[];
  readonly consent: 'given' | 'ask';
}

/** What new clients would get without it, in one sentence without a final stop. */
export function lastBackendWords({ backend, pools }: Pick<LastBackend, 'backend' | 'pools'>): string {
  const which = pools.length === 1 ? `pool ${pools.join('')}` : `the pools ${pools.join(', ')}`;
  return `without ${backend}, ${which} would have no backend left that is up: new clients get errors`;
}

/** Says what new clients would get, and asks unless the person has said yes. Throws when there is nobody to ask. */
export async function mayEmptyPools(
  context: Pick<CliContext, 'signal' | 'printError'>,
  { backend, pools, consent }: LastBackend,
): Promise<boolean> {
  context.printError(`warning: ${lastBackendWords({ backend, pools })}`);
  if (consent === 'given') return true;
  if (await askYes(context, `Drain ${backend}? Only "yes" does.`, 'to drain it all the same: say --yes')) return true;
  context.printError('nothing was changed');
  return false;
}
