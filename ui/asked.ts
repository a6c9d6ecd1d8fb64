import { type ReadonlySignal, signal } from '@preact/signals';

/** What is asked for beside the stream: the last answer stays while there is no newer one. */
export interface Asked<Answer> {
  /** What the server said last; undefined: nothing yet. */
  readonly answer: ReadonlySignal<Answer | undefined>;
  /** The last question was not answered. */
  readonly isOld: ReadonlySignal<boolean>;
  /** Asks. Who asks again meanwhile gets the later answer. */
  load(): Promise<void>;
}

/** A question to the server. `pathOf` is read with each one. */
export function asked<Answer>(pathOf: () => string): Asked<Answer> {
  const answer = signal<Answer | undefined>(undefined);
  const isOld = signal(false);
  let questions = 0;
  return {
    answer,
    isOld,
    async load() {
      questions += 1;
      const mine = questions;
      const found = await fetch(pathOf()).catch(() => undefined);
      const given: Answer | undefined = found?.ok === true ? await found.json() : undefined;
      if (mine !== questions) return;
      isOld.value = given === undefined;
      if (given !== undefined) answer.value = given;
    },
  };
}
