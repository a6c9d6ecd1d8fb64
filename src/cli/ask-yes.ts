import { createInterface } from 'node:readline/promises';
import { Fault } from '../base/fault.ts';
import type { CliContext } from './context.ts';

/** Asks on the terminal; only `yes` is a yes. Throws when there is nobody to ask; `beforehand` is how to say it then. */
export async function askYes(
  context: Pick<CliContext, 'signal'>,
  question: string,
  beforehand: string,
): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Fault({
      code: 'interrupted',
      message: 'there is no terminal to ask for consent',
      state: 'nothing was changed',
      next: beforehand,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `, { signal: context.signal })).trim() === 'yes';
  } catch {
    // Ctrl-C or the end of input: nobody said yes.
    return false;
  } finally {
    terminal.close();
  }
}
