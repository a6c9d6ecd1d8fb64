import { Fault, faultLine } from '../base/fault.ts';

/** A file that is used as long as it can be. */
export interface KeptFile<F> {
  /** Does `work` with it, which writes; undefined when it can't be used. */
  use<T>(work: (file: F) => T): T | undefined;
  /** The same for what only reads. That it works says nothing of a full disk, so trouble is not over by it. */
  read<T>(work: (file: F) => T): T | undefined;
  /** Why it can't be used now, without a final stop; undefined: it can. */
  trouble(): string | undefined;
  close(): void;
}

/**
 * Opens a file when it is first used, and again when that failed: one that is damaged, or whose disk is full, stops nothing, and room
 * that is there again is noticed with the next use that writes. `onTrouble` is told why when it stops to work, and undefined when it works again.
 */
export function keepFile<F extends { close(): void }>(
  open: () => F,
  onTrouble: (trouble: string | undefined) => void,
): KeptFile<F> {
  let file: F | undefined;
  let trouble: string | undefined;
  const say = (text: string | undefined): void => {
    if (text === trouble) return;
    trouble = text;
    onTrouble(text);
  };
  const attempt = <T>(work: (file: F) => T, onSuccess: () => void): T | undefined => {
    try {
      file ??= open();
      const result = work(file);
      onSuccess();
      return result;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      say(faultLine(error));
      return undefined;
    }
  };
  return {
    use: (work) => attempt(work, () => say(undefined)),
    read: (work) => attempt(work, () => undefined),
    trouble: () => trouble,
    close() {
      file?.close();
      file = undefined;
    },
  };
}
