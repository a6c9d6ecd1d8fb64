import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Makes the name of the lab that the tests of test/edge share one of this run of the tests. */
    sharedSuffix: string;
  }
}

/** The suffix of the lab that the tests of test/edge share. */
export function sharedSuffix(): string {
  return inject('sharedSuffix');
}
