import { Fault } from '../../base/fault.ts';
import type { AlertMemory } from '../../report/alert-memory.ts';
import type { AlertStore } from '../../store/alert-store.ts';

/** What was told, kept in a file as long as that can be used. */
export interface AlertKeeper {
  load(): AlertMemory | undefined;
  save(memory: AlertMemory): void;
  /** Why it can't be kept now, without a final stop; undefined: it is. */
  trouble(): string | undefined;
  close(): void;
}

/** Keeps what was told. Alerts go on when the file is damaged or its disk full; room that is there again is noticed with the next save. */
export function makeAlertKeeper(open: () => AlertStore): AlertKeeper {
  let store: AlertStore | undefined;
  let trouble: string | undefined;

  const withStore = <T>(use: (opened: AlertStore) => T): T | undefined => {
    try {
      store ??= open();
      const result = use(store);
      trouble = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { message, next } = error.details;
      trouble = next === undefined ? message : `${message}; ${next}`;
      return undefined;
    }
  };

  return {
    load: () => withStore((opened) => opened.load()),
    save(memory) {
      withStore((opened) => opened.save(memory));
    },
    trouble: () => trouble,
    close: () => store?.close(),
  };
}
