import { Fault } from '../base/fault.ts';
import { type CliContext, exitCodes } from './context.ts';
import { explainFault } from './invocation.ts';

/** What the person wrote, in the edge file or on the command line, is wrong; what about it has been printed. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** A command's work. Returns the exit code. */
export type Work = () => Promise<number>;

/**
 * Runs a command's work and handles once whatever it throws: a Fault is printed with its host, command, words and next
 * step; anything else is a bug and shown as one. Sets the exit code.
 */
export async function runCommand(context: CliContext, work: Work): Promise<void> {
  context.process.exitCode = await work().catch((error: unknown) => {
    if (error instanceof InvalidInput) return exitCodes.usage;
    if (error instanceof Fault) {
      context.printError(explainFault(error.details, context.invocation));
      return error.code === 'undo-failed' ? exitCodes.undoFailed : exitCodes.refused;
    }
    // A file or directory that the person named, or its disk.
    if (error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string') {
      context.printError(
        `error: ${error.path} can't be used: ${error.message}\n  next: see that its directory exists and is yours\n`,
      );
      return exitCodes.refused;
    }
    context.printError(`evenkeel: this is a bug in evenkeel: ${error instanceof Error ? error.stack : String(error)}`);
    return exitCodes.refused;
  });
}
