import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { runLocal } from './process.ts';
import { sshEnvironment } from './ssh-target.ts';
import { errorWords } from '../base/error-words.ts';

/**
 * A unix socket's path has at most 107 bytes (unix(7)), and ssh first binds a name with 17 more characters. Our own name
 * takes `/` and 15 characters.
 */
const longestDirectory = 107 - 17 - 16;

/**
 * The directory for the sockets: the one that was asked for, or, when its path is too long for a socket, one in the
 * temporary directory that is named after it. The same answer for the same directory and user.
 */
export function socketDirectory(controlDirectory: string): string {
  if (Buffer.byteLength(controlDirectory) <= longestDirectory) return controlDirectory;
  const user = process.getuid?.() ?? 0;
  return join(tmpdir(), `evenkeel-${user}-${shortHash(controlDirectory)}`);
}

/**
 * Makes the directory and names a new socket in it. A socket belongs to one Host object alone, so that closing it never cuts
 * another controller's connection. Throws `file-unreadable` when someone else owns the directory, `host-unreachable`
 * when it can't be made, as its parent is gone.
 */
export async function newControlPath(controlDirectory: string, hostName: string): Promise<string> {
  const directory = socketDirectory(controlDirectory);
  // Only the directory itself: a lab that is gone must not get its folder back from somebody who still looks at it.
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    throw new Fault(
      {
        code: 'host-unreachable',
        host: hostName,
        message: `no SSH socket can be made in ${directory}`,
        said: errorWords(error),
      },
      error,
    );
  });
  const state = await lstat(directory);
  // Whoever can write here could put a socket of their own in ssh's way. lstat: a link would lead to somewhere else.
  const isOwn = state.uid === process.getuid?.();
  if (!state.isDirectory() || !isOwn || (state.mode & 0o077) !== 0) {
    throw new Fault({
      code: 'file-unreadable',
      message: `${directory} can't hold SSH sockets: it is not a directory that only you can enter`,
      next: isOwn && state.isDirectory() ? `chmod 700 ${directory}` : `remove ${directory}`,
    });
  }
  return join(directory, `${shortHash(hostName).slice(0, 6)}${randomBytes(4).toString('hex')}.s`);
}

/** Ends the connection behind a socket, if there is one, and everything that runs over it. */
export async function endConnection(controlPath: string): Promise<void> {
  // ssh wants a destination here, and does not use it. `-F none` so that no ssh_config can redirect the path.
  await runLocal({
    argv: [
      'ssh',
      '-F',
      'none',
      '-o',
      'LogLevel=QUIET',
      '-S',
      controlPath.replaceAll('%', '%%'),
      '-O',
      'exit',
      '--',
      'evenkeel',
    ],
    env: sshEnvironment,
    terminal: 'shielded',
    timeoutMs: 5_000,
    // Nobody can do more about a connection that does not end: it has ControlPersist's minute left.
  }).catch(() => undefined);
  await rm(controlPath, { force: true });
}

/**
 * Ends every connection whose socket is in a control directory: those of a controller that was killed, too, which would
 * otherwise end by themselves after a minute. For `lab down` and for cleaning up.
 */
export async function endConnections(controlDirectory: string): Promise<void> {
  const directory = socketDirectory(controlDirectory);
  const names = await readdir(directory).catch(() => []);
  await Promise.all(names.filter((name) => name.endsWith('.s')).map((name) => endConnection(join(directory, name))));
  if (directory !== controlDirectory) await rm(directory, { recursive: true, force: true });
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
