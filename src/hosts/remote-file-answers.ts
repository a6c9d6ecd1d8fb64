import { Fault } from '../base/fault.ts';
import type { FileState } from './host.ts';
import { refusedDiskFull, refusedHalfway, refusedUnchanged } from './remote-files.ts';

/** Reads the answer of `readScript`: four fields for each path, in the order asked. Throws when it is not such an answer. */
export function fileStates(paths: readonly string[], fields: readonly Uint8Array[]): readonly FileState[] {
  return paths.map((path, index) => {
    const [kind, mode, owner, bytes] = fields.slice(4 * index, 4 * index + 4);
    if (kind === undefined || mode === undefined || owner === undefined || bytes === undefined) {
      throw new Error(`the host's answer ends before ${path}`);
    }
    switch (text(kind)) {
      case 'absent':
        return { kind: 'absent', path };
      case 'other':
        return { kind: 'other', path };
      case 'symlink':
        return { kind: 'symlink', path, target: text(bytes) };
      case 'file':
        return { kind: 'file', path, mode: Number(text(mode)), owner: text(owner), bytes: new Uint8Array(bytes) };
      default:
        throw new Error(`the host answers ${text(kind)} for ${path}`);
    }
  });
}

/** How one of the file programs of `remote-files.ts` ended, when not well. */
export interface FileRefusal {
  readonly host: string;
  /** `read`, `write` or `remove`. */
  readonly doing: string;
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Turns the refusal of a file program into a Fault that says what was left in which state. */
export function describeFileRefusal(refusal: FileRefusal): Fault {
  const { host, doing, exitCode } = refusal;
  const said = refusal.stderr.trim();
  const untouched = 'no file was changed';
  switch (exitCode) {
    case refusedDiskFull:
      return new Fault({
        code: 'disk-full',
        message: `the disk of ${host} is full`,
        host,
        said,
        state: untouched,
        next: `make room on ${host} (df -h; du -xh --max-depth=2 / | sort -h | tail) and run it again`,
      });
    case refusedUnchanged:
      return new Fault({
        code: 'command-failed',
        message: `can't ${doing} files on ${host}`,
        host,
        said,
        state: untouched,
      });
    case refusedHalfway:
      return new Fault({
        code: 'command-failed',
        message: `can't ${doing} all files on ${host}`,
        host,
        said,
        state: `changed before it failed: ${text(refusal.stdout).trim().split('\n').join(', ')}`,
      });
    case 126:
    case 127:
      return new Fault({
        code: 'tool-missing',
        message: `${host} has no perl, which reads and writes its files`,
        host,
        said,
        next: 'apt-get install perl-base (an essential package of Debian)',
      });
    default:
      return new Fault({
        code: 'command-failed',
        message: `can't ${doing} files on ${host}: the program for it ended with ${exitCode}`,
        host,
        said,
        state: 'some files may be changed; each is whole, either old or new',
      });
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
