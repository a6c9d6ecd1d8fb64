import { Fault } from '../base/fault.ts';

/** Runs a process that owns the terminal until it ends. Returns its exit code. Throws `tool-missing`. */
export async function runInteractive(argv: readonly [string, ...string[]]): Promise<number> {
  const { execa } = await import('execa');
  const [file, ...args] = argv;
  const outcome = await execa(file, args, { stdio: 'inherit', reject: false });
  if (outcome.exitCode === undefined && outcome.signal === undefined) {
    throw new Fault({ code: 'tool-missing', message: `${file} can't be run on this computer`, command: argv });
  }
  return outcome.exitCode ?? 130;
}
