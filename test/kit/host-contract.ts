import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileState, FileWrite, Host } from '../../src/hosts/host.ts';

/** What a Host adapter brings to be held to the contract. */
export interface HostContract {
  readonly adapter: string;
  /** Opens a host named `lb1`, whose commands `printf`, `cat`, `false`, `sleep` and `sh` work. */
  readonly open: () => Promise<Host>;
  /** An absolute path below which the tests may do what they like. */
  readonly scratch: () => string;
  /** Makes a symlink on the host, by whatever means. */
  readonly link: (host: Host, path: string, target: string) => Promise<void>;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A file to write, with the usual owner and mode unless said. */
function file(path: string, text: string, rest: Partial<FileWrite> = {}): FileWrite {
  return { path, mode: 0o644, owner: 'root:root', bytes: utf8(text), ...rest };
}

/** A file state with its bytes as numbers, for readable differences. */
function plain(state: FileState) {
  return state.kind === 'file' ? { ...state, bytes: [...state.bytes] } : state;
}

/** The promises of the Host port (`src/hosts/host.ts`), which every adapter must keep. */
export function hostContract(contract: HostContract): void {
  describe(`${contract.adapter} keeps the promises of a Host`, () => {
    let host: Host;
    let directories = 0;
    /** A directory of its own for each test. It is not there yet. */
    const fresh = () => `${contract.scratch()}/${(directories += 1)}`;
    beforeAll(async () => {
      host = await contract.open();
    });
    afterAll(async () => {
      await host.close();
    });
    const kinds = async (paths: readonly string[]) => (await host.read(paths)).map((state) => state.kind);

    test('it has the name that was given', () => {
      expect(host.name).toBe('lb1');
    });

    describe('run', () => {
      test('words and stdin reach the command as they are', async () => {
        const words = ['a b', '', "it's", '$HOME', '*', '`id`', 'two\nlines', '-x', 'ü', '\\'];
        const printed = await host.run({ argv: ['printf', '<%s>', ...words] });
        expect(printed).toEqual({ exitCode: 0, stdout: words.map((word) => `<${word}>`).join(''), stderr: '' });
        expect((await host.run({ argv: ['cat'], stdin: 'line\nrest ü' })).stdout).toBe('line\nrest ü');
        expect((await host.run({ argv: ['cat'], stdin: utf8('bytes') })).stdout).toBe('bytes');
      });

      test('without stdin the command reads an empty one', async () => {
        expect((await host.run({ argv: ['cat'], timeoutMs: 10_000 })).stdout).toBe('');
      });

      test.each([1, 2, 124, 255])('exit code %i is an answer, with both outputs', async (exitCode) => {
        const command = ['sh', '-c', `echo out; echo err >&2; exit ${exitCode}`] as const;
        expect(await host.run({ argv: [...command] })).toEqual({ exitCode, stdout: 'out\n', stderr: 'err\n' });
      });

      test('a program that is not there is exit code 127', async () => {
        expect((await host.run({ argv: ['evenkeel-no-such-tool'] })).exitCode).toBe(127);
      });

      test('a command that takes too long is given up', async () => {
        await expect(host.run({ argv: ['sleep', '30'], timeoutMs: 1_000 })).rejects.toMatchObject({
          name: 'Fault',
          details: { code: 'command-timed-out', host: 'lb1', command: ['sleep', '30'] },
        });
      });

      test('NUL, and more than the kernel takes as one word, are refused as bugs', async () => {
        await expect(host.run({ argv: ['printf', 'a\0b'] })).rejects.toThrow('NUL');
        await expect(host.run({ argv: ['printf', 'x'.repeat(200_000)] })).rejects.toThrow('stdin');
      });

      test('twenty at the same time each get their own answer', async () => {
        const numbers = Array.from({ length: 20 }, (_, index) => String(index));
        const outcomes = await Promise.all(numbers.map((number) => host.run({ argv: ['printf', '%s', number] })));
        expect(outcomes.map((outcome) => outcome.stdout)).toEqual(numbers);
      });
    });

    describe('runAll', () => {
      test('words reach each command, and each has its own outcome, in the order asked', async () => {
        const words = ['a b', '', "it's", '$HOME', '*', '`id`', 'two\nlines', '-x', 'ü', '\\'];
        const outcomes = await host.runAll(
          [
            ['printf', '<%s>', ...words],
            ['sh', '-c', 'echo out; echo err >&2; exit 3'],
            ['cat'],
            ['evenkeel-no-such-tool', 'x'],
          ],
          10_000,
        );
        expect(outcomes.slice(0, 3)).toEqual([
          { exitCode: 0, stdout: words.map((word) => `<${word}>`).join(''), stderr: '' },
          { exitCode: 3, stdout: 'out\n', stderr: 'err\n' },
          { exitCode: 0, stdout: '', stderr: '' },
        ]);
        expect(outcomes[3]?.exitCode).toBe(127);
      });

      test('one that takes too long is killed, and the others have their outcome', async () => {
        const outcomes = await host.runAll(
          [
            ['sleep', '60'],
            ['printf', '%s', 'well'],
          ],
          1_000,
        );
        expect(outcomes).toEqual([
          { exitCode: 124, stdout: '', stderr: '' },
          { exitCode: 0, stdout: 'well', stderr: '' },
        ]);
      });

      test('nothing asked, nothing run', async () => {
        expect(await host.runAll([], 1_000)).toEqual([]);
      });
    });

    describe('follow', () => {
      /** Follows a command until `enough` lines came, or to its end. */
      async function linesOf(argv: readonly [string, ...string[]], enough = Number.POSITIVE_INFINITY) {
        const lines: string[] = [];
        const ended = new AbortController();
        await host.follow({
          argv: [...argv],
          as: 'login',
          onBegin: () => void lines.push('(begin)'),
          onLine: (line) => {
            lines.push(line);
            if (lines.length > enough) ended.abort();
          },
          signal: ended.signal,
        });
        return lines;
      }

      test('its lines come as they are printed, after its begin, until it ends', async () => {
        expect(await linesOf(['printf', '%s', 'one\n$two\n\nthree'])).toEqual(['(begin)', 'one', '$two', '', 'three']);
      });

      test('one that never ends is ended by the signal, and the host goes on', async () => {
        expect(await linesOf(['yes', 'again and again'], 3)).toEqual(['(begin)', ...Array(3).fill('again and again')]);
        expect((await host.run({ argv: ['printf', '%s', 'well'] })).stdout).toBe('well');
      });

      test('with a signal that has fired nothing begins', async () => {
        const lines: string[] = [];
        const onLine = (line: string) => void lines.push(line);
        const onBegin = () => onLine('(begin)');
        await host.follow({ argv: ['printf', '%s', 'x'], onBegin, onLine, signal: AbortSignal.abort() });
        expect(lines).toEqual([]);
      });
    });

    describe('read', () => {
      test('each kind of file, in the order asked, symlinks not followed', async () => {
        const at = fresh();
        await host.write([file(`${at}/plain`, 'text', { mode: 0o640 }), file(`${at}/sub/empty`, '')]);
        await contract.link(host, `${at}/link`, 'plain');
        await contract.link(host, `${at}/dangling`, '/nowhere/at all');
        const names = ['dangling', 'missing', 'plain', 'plain/below', 'link', 'sub', 'sub/empty'];
        const paths = names.map((name) => `${at}/${name}`);
        const [a, b, c, d, e, f, g] = paths;
        expect((await host.read(paths)).map(plain)).toEqual([
          { kind: 'symlink', path: a, target: '/nowhere/at all' },
          { kind: 'absent', path: b },
          { kind: 'file', path: c, mode: 0o640, owner: 'root:root', bytes: [...utf8('text')] },
          { kind: 'absent', path: d },
          { kind: 'symlink', path: e, target: 'plain' },
          { kind: 'other', path: f },
          { kind: 'file', path: g, mode: 0o644, owner: 'root:root', bytes: [] },
        ]);
      });

      test('nothing asked, nothing read', async () => {
        expect(await host.read([])).toEqual([]);
      });
    });

    describe('write', () => {
      test('any bytes under any name come back, for random sets of files written over each other', async () => {
        const at = fresh();
        const name = fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
          .map((text) => text.replaceAll(/[/\0]/g, '_'))
          .filter((text) => text !== '.' && text !== '..' && !text.endsWith('.evenkeel-new'));
        const some = fc.record({
          name,
          bytes: fc.uint8Array({ maxLength: 300 }),
          mode: fc.constantFrom(0o600, 0o644, 0o755, 0o4755),
          owner: fc.constantFrom('root:root', 'nobody:nogroup', 'root:adm'),
        });
        const expected = new Map<string, FileWrite>();
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(some, { selector: (one) => one.name, maxLength: 8 }), async (files) => {
            const writes = files.map(({ name, ...rest }) => ({ path: `${at}/${name}`, ...rest }));
            await host.write(writes);
            for (const one of writes) expected.set(one.path, one);
            const paths = [...expected.keys()];
            const states = await host.read(paths);
            expect(states.map(plain)).toEqual(
              [...expected.values()].map((one) => ({ kind: 'file', ...one, bytes: [...one.bytes] })),
            );
          }),
          { numRuns: 15 },
        );
      });

      test('a symlink is replaced, what it points at is left alone', async () => {
        const at = fresh();
        await host.write([file(`${at}/target`, 'old')]);
        await contract.link(host, `${at}/link`, 'target');
        await host.write([file(`${at}/link`, 'new')]);
        expect(await host.read([`${at}/target`, `${at}/link`])).toMatchObject([
          { kind: 'file', bytes: utf8('old') },
          { kind: 'file', bytes: utf8('new') },
        ]);
      });

      test('when one file can not be written, none is', async () => {
        const at = fresh();
        await host.write([file(`${at}/one`, 'old'), file(`${at}/directory/inside`, '')]);
        for (const bad of [`${at}/directory`, `${at}/one/below`]) {
          const writes = [file(`${at}/one`, 'new'), file(`${at}/fresh/two`, 'new'), file(bad, 'bad')];
          const write = host.write(bad.endsWith('below') ? writes.slice(1) : writes);
          await expect(write).rejects.toMatchObject({
            details: {
              code: 'command-failed',
              host: 'lb1',
              state: 'no file was changed',
              said: expect.stringMatching(at),
            },
          });
        }
        expect(await host.read([`${at}/one`])).toMatchObject([{ kind: 'file', bytes: utf8('old') }]);
        expect(await kinds([`${at}/fresh/two`, `${at}/fresh`])).toEqual(['absent', 'absent']);
      });

      test('nothing is left beside the files', async () => {
        const at = fresh();
        await host.write([file(`${at}/name.conf`, 'text')]);
        expect(await kinds([`${at}/.name.conf.evenkeel-new`])).toEqual(['absent']);
      });

      test('the caller may change its bytes afterwards', async () => {
        const path = `${fresh()}/file`;
        const bytes = utf8('kept');
        await host.write([{ path, mode: 0o644, owner: 'root:root', bytes }]);
        bytes.fill(0);
        expect(await host.read([path])).toMatchObject([{ bytes: utf8('kept') }]);
      });

      test('a thousand files at once', async () => {
        const at = fresh();
        const files = Array.from({ length: 1_000 }, (_, index) =>
          file(`${at}/${index % 10}/${index}`, `file ${index}`),
        );
        await host.write(files);
        const states = await host.read(files.map((one) => one.path));
        expect(states.map((state) => ('bytes' in state ? Buffer.from(state.bytes).toString() : state.kind))).toEqual(
          files.map((_, index) => `file ${index}`),
        );
        await host.remove(files.map((one) => one.path));
        expect(new Set(await kinds(files.map((one) => one.path)))).toEqual(new Set(['absent']));
      });

      test('nothing to write is fine', async () => {
        await expect(host.write([])).resolves.toBeUndefined();
      });
    });

    describe('remove', () => {
      test('files and symlinks go, what is not there is no error, targets stay', async () => {
        const at = fresh();
        await host.write([file(`${at}/target`, 'kept'), file(`${at}/gone`, '')]);
        await contract.link(host, `${at}/link`, 'target');
        await host.remove([`${at}/gone`, `${at}/link`, `${at}/missing`, `${at}/target/below`]);
        expect(await kinds([`${at}/gone`, `${at}/link`, `${at}/target`])).toEqual(['absent', 'absent', 'file']);
        await host.remove([]);
      });

      test('a directory is refused, and nothing is removed', async () => {
        const at = fresh();
        await host.write([file(`${at}/file`, ''), file(`${at}/directory/inside`, '')]);
        await expect(host.remove([`${at}/file`, `${at}/directory`])).rejects.toMatchObject({
          details: { code: 'command-failed', state: 'no file was changed' },
        });
        expect(await kinds([`${at}/file`, `${at}/directory/inside`])).toEqual(['file', 'file']);
      });
    });

    test.each(['relative', '', '/', '/a/../b', '/a//b', '/a/', '/a/./b', '/a\0b'])(
      'the path %j is refused as a bug',
      async (path) => {
        await expect(host.read([path])).rejects.toThrow('not an absolute, plain path');
        await expect(host.write([file(path, '')])).rejects.toThrow('not an absolute, plain path');
        await expect(host.remove([path])).rejects.toThrow('not an absolute, plain path');
      },
    );

    test('a path named twice is refused as a bug', async () => {
      const path = `${fresh()}/file`;
      await expect(host.write([file(path, 'one'), file(path, 'two')])).rejects.toThrow('named twice');
      expect(await kinds([path])).toEqual(['absent']);
    });

    test('after close nothing works; closing again is fine', async () => {
      const other = await contract.open();
      const path = `${fresh()}/file`;
      await other.write([file(path, 'kept')]);
      await other.close();
      await other.close();
      await expect(other.run({ argv: ['cat'] })).rejects.toThrow('close()');
      await expect(other.read([path])).rejects.toThrow('close()');
      expect(await kinds([path])).toEqual(['file']);
    });
  });
}
