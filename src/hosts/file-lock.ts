import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readlink, realpath, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';

/** A lock on a file that this process holds. The kernel drops it when this process dies, however it dies. */
export interface FileLock {
  /** Gives the lock back. */
  release(): Promise<void>;
  /** Gives the lock back and removes its file. */
  remove(): Promise<void>;
}

/** How to wait for a lock that another process holds. */
export interface LockWait {
  readonly signal?: AbortSignal;
  /** Called once when somebody else holds it. */
  readonly onWait?: () => void;
}

/** For one alone, or together with others. */
type LockKind = 'exclusive' | 'shared';

/** flock(1) ends with this when somebody else holds the lock. */
const takenExit = 75;
const retryMs = 100;

/**
 * Takes an exclusive flock(2) on `path`, waiting as long as another process holds it. Node has no flock, so a child
 * holds it: `flock` turned into `cat`, which ends when our end of its standard input closes. Throws a Fault
 * `interrupted` when `signal` fires, `tool-missing` without flock (util-linux).
 */
export async function takeFileLock(path: string, how: LockWait = {}): Promise<FileLock> {
  let told = false;
  for (;;) {
    if (how.signal?.aborted === true)
      throw new Fault({ code: 'interrupted', message: `waiting for ${path} was interrupted` });
    await mkdir(dirname(path), { recursive: true });
    const holder = await startHolder(path, 'exclusive');
    if (typeof holder === 'object') return lockHeldBy(holder, path);
    if (!told) how.onWait?.();
    told = true;
    await wait(retryMs);
  }
}

/** Takes the lock if nobody holds it; undefined when another process does. Otherwise like `takeFileLock`. */
export async function tryFileLock(path: string): Promise<FileLock | undefined> {
  return tryLock(path, 'exclusive');
}

/** Takes the lock together with others who do so, if nobody holds it alone; undefined when another process does. Otherwise like `takeFileLock`. */
export async function trySharedLock(path: string): Promise<FileLock | undefined> {
  return tryLock(path, 'shared');
}

async function tryLock(path: string, kind: LockKind): Promise<FileLock | undefined> {
  for (;;) {
    await mkdir(dirname(path), { recursive: true });
    const holder = await startHolder(path, kind);
    if (holder === 'taken') return undefined;
    if (holder !== 'removed') return lockHeldBy(holder, path);
  }
}

/** `taken`: another process holds the lock. `removed`: its file was removed while we took it. */
async function startHolder(path: string, kind: LockKind): Promise<ChildProcess | 'taken' | 'removed'> {
  const argv = [`--${kind}`, '--nonblock', '--conflict-exit-code', String(takenExit), '--no-fork', path, 'cat'];
  const child = spawn('flock', argv, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code) => resolve(code ?? -1));
  });
  // cat answers only after flock has the lock.
  child.stdin.write('held\n');
  const held = once(child.stdout, 'data').then(() => 'held' as const);
  const first = await Promise.race([held, ended]);
  if (first === 'held') {
    if (await holdsFile(child, path)) return child;
    child.stdin.end();
    await ended;
    return 'removed';
  }
  if (first === takenExit) return 'taken';
  if (first instanceof Error) {
    throw new Fault(
      { code: 'tool-missing', message: `flock can't be run on this computer`, said: first.message },
      first,
    );
  }
  // Whoever removed the last file also removed the folder, after we made it.
  if (said.join('').includes('No such file or directory')) return 'removed';
  throw new Fault({ code: 'command-failed', message: `can't lock ${path}`, said: said.join('').trim() });
}

/** A lock on a file that was unlinked meanwhile guards nothing: the next one would lock a new file of that name. */
async function holdsFile(child: ChildProcess, path: string): Promise<boolean> {
  const folder = `/proc/${child.pid ?? 0}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  // The kernel names files without symbolic links.
  return targets.includes(await realpath(path).catch(() => path));
}

function lockHeldBy(holder: ChildProcess, path: string): FileLock {
  const release = async () => {
    if (holder.exitCode !== null || holder.signalCode !== null) return;
    holder.stdin?.end();
    await once(holder, 'close');
  };
  return {
    release,
    remove: async () => {
      await unlink(path).catch(() => undefined);
      await release();
    },
  };
}
