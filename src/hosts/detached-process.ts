import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';

/** A process that must outlive this one. */
export interface DetachedCommand {
  readonly argv: readonly [string, ...string[]];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file its stdout and stderr are appended to. Its folder exists. */
  readonly logPath: string;
}

/**
 * Starts a process in a session of its own and does not wait for it: it lives on after this program ended, and Ctrl-C in
 * the terminal does not reach it. Returns its process id. Throws a Fault `tool-missing` when it can't be started.
 */
export async function startDetached(command: DetachedCommand): Promise<number> {
  const [file, ...args] = command.argv;
  const log = await open(command.logPath, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, ...command.env },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    if (child.pid === undefined) throw new Error(`${file} has no process id`);
    return child.pid;
  } catch (error) {
    throw new Fault(
      {
        code: 'tool-missing',
        message: `${file} can't be run on this computer`,
        command: command.argv,
        said: String(error),
      },
      error,
    );
  } finally {
    await log.close();
  }
}
