import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { encodeFrames } from './frames.ts';
import { runLocal } from './process.ts';
import { describeFileRefusal, fileStates } from './remote-file-answers.ts';
import { refusedHalfway, refusedUnchanged, removeScript, writeScript } from './remote-files.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-files-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

/** The owner of what this process makes, in numbers, so that the test needs no root. */
const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
const perl = (script: string, stdin: Uint8Array) => runLocal({ argv: ['perl', '-e', script], stdin });
const names = async () => (await readdir(directory, { recursive: true })).toSorted();

describe('writeScript', () => {
  test('a stream that ends early changes nothing and leaves nothing, wherever it was cut', async () => {
    const fields = ['2', `${directory}/a`, '420', owner, 'old', `${directory}/sub/b`, '384', owner, 'more'];
    const stream = encodeFrames(fields);
    const cuts = [0, 3, 5, 20, Math.floor(stream.length / 2), stream.length - 5, stream.length - 1];
    for (const cut of cuts) {
      const outcome = await perl(writeScript, stream.subarray(0, cut));
      expect([cut, outcome.exitCode, outcome.stderr, await names()]).toEqual([
        cut,
        refusedUnchanged,
        'the connection ended in the middle of the files\n',
        [],
      ]);
    }
    expect(await perl(writeScript, stream)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await names()).toEqual(['a', 'sub', 'sub/b']);
    expect(await readFile(`${directory}/sub/b`, 'utf8')).toBe('more');
  });

  test('a warning of Perl would be a bug', async () => {
    const fields = ['1', `${directory}/a b/c\n'"$d`, '420', owner, ''];
    expect((await perl(`use warnings; ${writeScript}`, encodeFrames(fields))).stderr).toBe('');
    expect((await perl(`use warnings; ${removeScript}`, encodeFrames(['1', fields[1] ?? '']))).stderr).toBe('');
    expect(await names()).toEqual(['a b']);
  });
});

describe('removeScript', () => {
  test('takes away folders below one named evenkeel with their last file, and no others', async () => {
    const paths = [
      'etc/tmpfiles.d/evenkeel.conf',
      'nginx/evenkeel/tls/a/key',
      'nginx/evenkeel/tls/b/key',
      'nginx/evenkeel/x',
    ];
    const remove = (...some: string[]) =>
      perl(removeScript, encodeFrames([String(some.length), ...some.map((path) => `${directory}/${path}`)]));
    const files = paths.flatMap((path) => [`${directory}/${path}`, '420', owner, '']);
    expect((await perl(writeScript, encodeFrames([String(paths.length), ...files]))).exitCode).toBe(0);
    expect((await remove('nginx/evenkeel/tls/a/key', 'nginx/evenkeel/x')).exitCode).toBe(0);
    expect(await names()).toEqual([
      'etc',
      'etc/tmpfiles.d',
      'etc/tmpfiles.d/evenkeel.conf',
      'nginx',
      'nginx/evenkeel',
      'nginx/evenkeel/tls',
      'nginx/evenkeel/tls/b',
      'nginx/evenkeel/tls/b/key',
    ]);
    expect((await remove('nginx/evenkeel/tls/b/key', 'etc/tmpfiles.d/evenkeel.conf')).exitCode).toBe(0);
    expect(await names()).toEqual(['etc', 'etc/tmpfiles.d', 'nginx', 'nginx/evenkeel']);
  });
});

describe('the answers of the file programs', () => {
  test('one that ends early, or is none, is refused', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const absent = ['absent', '', '', ''].map(bytes);
    expect(fileStates(['/a'], absent)).toEqual([{ kind: 'absent', path: '/a' }]);
    expect(() => fileStates(['/a', '/b'], absent)).toThrow('ends before /b');
    expect(() => fileStates(['/a'], ['what', '', '', ''].map(bytes))).toThrow('answers what for /a');
  });

  test.each([
    [28, 'disk-full', 'no file was changed'],
    [refusedUnchanged, 'command-failed', 'no file was changed'],
    [refusedHalfway, 'command-failed', 'changed before it failed: /a, /b'],
    [127, 'tool-missing', undefined],
    [137, 'command-failed', 'some files may be changed; each is whole, either old or new'],
  ])('exit code %i is %s', (exitCode, code, state) => {
    const stdout = new TextEncoder().encode('/a\n/b\n');
    const fault = describeFileRefusal({ host: 'lb1', doing: 'write', exitCode, stdout, stderr: 'why\n' });
    expect(fault.details).toMatchObject({ code, host: 'lb1', said: 'why' });
    expect(fault.details.state).toBe(state);
  });
});
