import { Fault, type FaultDetails } from '../../src/base/fault.ts';

/** The Fault that the work ends with; anything else is thrown. */
export async function thrownFault(work: Promise<unknown>): Promise<FaultDetails> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error.details;
  throw error;
}
