import { referenceModel } from '../model/reference-model.ts';
import type { Profile } from '../model/failover-settings.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { Place } from './place.ts';
import { InvalidInput } from './run-command.ts';

/** The edge as this profile has it. */
export function profiledEdge(edge: Edge, profile: Profile): Edge {
  return profile === 'evenkeel' ? edge : { ...edge, model: referenceModel(edge.model) };
}

/**
 * Refuses the tutorial's pair on real hosts: it is worse than what is there, and only the lab compares. Prints why and
 * throws `InvalidInput`.
 */
export function assertProfileAllowed(
  context: Pick<CliContext, 'printError'>,
  { profile, place }: { readonly profile: Profile; readonly place: Place },
): void {
  if (profile === 'evenkeel' || place.kind === 'lab') return;
  context.printError(
    'error: --profile reference is for the lab only, so give --lab with it; real hosts always get the evenkeel profile',
  );
  throw new InvalidInput();
}
