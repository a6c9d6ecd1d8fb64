import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bareMachines, applyTo, planOf, testProgram } from '../../test/kit/simulated-edge.ts';
import { file } from '../../test/kit/small-edge.ts';
import { runLocal } from '../hosts/process.ts';
import { runtimePath } from '../model/agent-paths.ts';
import { planRefusals } from '../plan/plan.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { installProgramScript, programBroken } from './remote-scripts.ts';

const wanted = (version: string, architecture = 'amd64'): readonly DesiredHost[] => [
  {
    host: 'web1',
    release: 'debian13',
    packages: ['nginx'],
    units: ['nginx.service'],
    programs: [{ path: runtimePath(version), sizes: new Map([[architecture, testProgram.length]]), why: 'runs it' }],
    files: [file('web1', { path: '/etc/nginx/nginx.conf', text: 'ours\n', activates: 'nginx' })],
  },
];
const nothing = wanted('1').map((host) => ({ ...host, programs: [] }));

describe('a program', () => {
  test('is brought once, replaced by another version, and taken away', async () => {
    const machines = bareMachines(['web1']);
    const paths = () => [...(machines.get('web1')?.files.keys() ?? [])].filter((path) => path.includes('/node-'));
    expect(await applyTo({ machines, desired: wanted('1') })).toMatchObject({ kind: 'done', changed: ['web1'] });
    expect(paths()).toEqual([runtimePath('1')]);
    expect(await applyTo({ machines, desired: wanted('1') })).toMatchObject({ changed: [] });
    await applyTo({ machines, desired: wanted('2') });
    expect(paths()).toEqual([runtimePath('2')]);
    await applyTo({ machines, desired: nothing });
    expect(paths()).toEqual([]);
  });

  test('of another size or mode is brought again', async () => {
    const machines = bareMachines(['web1']);
    await applyTo({ machines, desired: wanted('1') });
    const files = machines.get('web1')?.files;
    const path = runtimePath('1');
    files?.set(path, { kind: 'file', path, mode: 0o755, owner: 'root:root', bytes: new Uint8Array(3) });
    const plan = await planOf(machines, wanted('1'));
    expect(plan.hosts[0]?.changes).toMatchObject([{ kind: 'program', verb: 'create', path, architecture: 'amd64' }]);
  });

  test('for which there is no build is refused by name', async () => {
    const plan = await planOf(bareMachines(['web1']), wanted('1', 'arm64'));
    expect(planRefusals(plan)).toMatchObject([{ host: 'web1', code: 'unsupported-architecture' }]);
    expect(planRefusals(plan)[0]?.message).toMatch(/architecture amd64.*Node\.js for arm64 only/);
  });
});

describe('the script that installs it', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-program-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const install = (hash: string, stdin: Uint8Array) =>
    runLocal({ argv: ['sh', '-c', installProgramScript, 'sh', join(folder, 'node-1'), hash], stdin });
  const hash = createHash('sha256').update(testProgram).digest('hex');

  test.skipIf(process.getuid?.() !== 0)('puts the whole file in its place, executable', async () => {
    expect(await install(hash, gzipSync(testProgram))).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(folder, 'node-1'))).toEqual(Buffer.from(testProgram));
    expect((await stat(join(folder, 'node-1'))).mode & 0o777).toBe(0o755);
  });

  test.each([
    ['cut off', gzipSync(testProgram).subarray(0, 12)],
    ['something else', gzipSync('something else')],
  ])('leaves what was there when what comes is %s', async (_, stdin) => {
    await writeFile(join(folder, 'node-1'), 'old');
    expect((await install(hash, stdin)).exitCode).toBe(programBroken);
    expect(await readdir(folder)).toEqual(['node-1']);
    expect(await readFile(join(folder, 'node-1'), 'utf8')).toBe('old');
  });
});
