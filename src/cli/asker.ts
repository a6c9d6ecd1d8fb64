import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { Fault } from '../base/fault.ts';

/** Asks somebody for lines: on a terminal, or from what is piped in, one answer a line. */
export interface Asker {
  /** Whether a person sits there, who can be asked again. */
  readonly person: boolean;
  /** Asks for a line that is shown while it is typed. Throws `interrupted` at Ctrl-C and at the end of input. */
  line(question: string): Promise<string>;
  /** Asks for a line that is not shown while it is typed, by a person. Throws `interrupted`. */
  secret(question: string): Promise<string>;
  close(): void;
}

interface AskerWorld {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Where questions go. */
  readonly write: (text: string) => void;
}

/** Asks on the terminal of this process, or reads its standard input. */
export function openAsker({ input, write }: AskerWorld = processWorld()): Asker {
  const person = input.isTTY === true;
  let shown = true;
  // On a terminal readline turns its echo off and writes what is typed by itself: here, so only what may be seen.
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (person && shown) write(chunk.toString());
      done();
    },
  });
  const terminal = createInterface({ input, output, terminal: person });
  const lines: string[] = [];
  // An object, because handlers change it while a question waits.
  const state: { ended: boolean } = { ended: false };
  let wake: () => void = () => undefined;
  terminal.on('line', (line) => {
    lines.push(line);
    wake();
  });
  terminal.on('SIGINT', () => terminal.close());
  terminal.on('close', () => {
    state.ended = true;
    wake();
  });

  const ask = async (question: string, show: 'shown' | 'hidden'): Promise<string> => {
    if (person) {
      shown = true;
      terminal.setPrompt(question);
      terminal.prompt();
      shown = show === 'shown';
    }
    while (lines.length === 0 && !state.ended) {
      await new Promise<void>((settle) => {
        wake = settle;
      });
    }
    if (person && !shown) write('\n');
    shown = true;
    const line = lines.shift();
    if (line !== undefined) return line;
    throw new Fault({
      code: 'interrupted',
      message: `nobody answered: ${question.trim().replace(/:$/, '')}`,
      state: 'nothing was changed',
      next: person ? 'begin again' : 'give one answer a line on standard input, or run it on a terminal',
    });
  };
  return {
    person,
    line: (question) => ask(question, 'shown'),
    secret: (question) => ask(question, 'hidden'),
    close: () => terminal.close(),
  };
}

function processWorld(): AskerWorld {
  return { input: process.stdin, write: (text) => void process.stderr.write(text) };
}
