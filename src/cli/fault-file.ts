import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { Fault } from '../base/fault.ts';
import type { DrillFault } from '../drill/drill-fault.ts';
import { drillFaults } from '../drill/drill-faults.ts';
import { ownFaults } from '../drill/own-faults.ts';
import type { Model } from '../model/model.ts';
import { promisedMs } from '../proof/outage.ts';
import { proveFaults } from '../proof/prove.ts';
import { printDiagnostics } from '../report/print-diagnostics.ts';
import { sizeLimit, tooLarge } from '../spec/file-size.ts';
import type { CliContext } from './context.ts';
import { InvalidInput } from './run-command.ts';

/**
 * Every fault there is a drill for: those of the model, then those of the file when one is named. A wrong file is printed
 * whole, all diagnostics at once, and ends the command with `InvalidInput`. Throws `file-unreadable`.
 */
export async function knownFaults(
  context: CliContext,
  model: Model,
  file: string | undefined,
): Promise<readonly DrillFault[]> {
  const ofModel = drillFaults(model);
  if (file === undefined) return ofModel;
  const path = resolve(context.cwd, file);
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      throw unreadable(file, error);
    },
  );
  if (size > sizeLimit) throw invalid(context, [tooLarge(file, size)]);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const read = ownFaults(model, { file, text });
  if (!read.ok) throw invalid(context, read.error);
  return [...ofModel, ...read.value];
}

function invalid(context: CliContext, diagnostics: readonly Diagnostic[]): InvalidInput {
  context.printError(printDiagnostics(diagnostics));
  return new InvalidInput();
}

function unreadable(file: string, error: unknown): Fault {
  return new Fault(
    {
      code: 'file-unreadable',
      message: `the file of faults ${file} can't be read`,
      said: error instanceof Error ? error.message : '',
      next: 'name another one with --faults FILE',
    },
    error,
  );
}

/** The longest time without a success that the fault may cost; null: until it is repaired. Milliseconds. */
export function promiseMs(model: Model, { expect }: DrillFault): number | null {
  return expect.kind === 'given' ? expect.longestGapMs : promisedMs(proveFaults(model, expect.faults).outage);
}
