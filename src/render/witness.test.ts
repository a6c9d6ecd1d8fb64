import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { renderedHost, textAt } from '../../test/kit/rendered-host.ts';
import { referenceModel } from '../model/reference-model.ts';
import { witnessKeyPath } from '../model/witness-paths.ts';
import { agentGoneArgv } from './witness.ts';

it('gives balancers and nameservers the same key, for root only, and nobody else', () => {
  const model = exampleModel();
  const keys = ['lb1', 'lb2', 'dns1', 'dns2', 'web1'].map((name) =>
    renderedHost(model, 'debian13', name).files.find(({ path }) => path === witnessKeyPath),
  );
  expect(keys.map((file) => file?.mode)).toEqual([0o600, 0o600, 0o600, 0o600, undefined]);
  expect(keys.map((file) => file?.visibility)).toEqual(['secret', 'secret', 'secret', 'secret', undefined]);
  expect(new Set(keys.slice(0, 4).map((file) => file?.hash)).size).toBe(1);
});

it('has no part in the tutorial of the lab', () => {
  const lb1 = renderedHost(referenceModel(exampleModel()), 'debian13', 'lb1');
  expect(lb1.files.some(({ path }) => path === witnessKeyPath)).toBe(false);
});

it('says "0" for all that an agent said when it is gone, and for nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-gone-'));
  try {
    const text = textAt(renderedHost(exampleModel(), 'debian13', 'lb1'), agentGoneArgv[0]);
    writeFileSync(join(folder, 'script'), text.replaceAll('/run/evenkeel', `${folder}/run`));
    execFileSync('mkdir', [join(folder, 'run')]);
    const put = (name: string, content: string): void => writeFileSync(join(folder, 'run', name), content);
    put('blind', '1\n');
    put('isolate', '1\n');
    put('yield-vip1', '1\n');
    put('yield-vip2', '0\n');
    put('yield-vip1.4711', '1\n');
    put('nginx', '1\n');
    put('draining', '');
    execFileSync('sh', [join(folder, 'script')]);
    const left = readdirSync(join(folder, 'run')).sort();
    expect(left.map((name) => [name, readFileSync(join(folder, 'run', name), 'utf8')])).toEqual([
      ['blind', '0\n'],
      ['draining', ''],
      ['isolate', '0\n'],
      ['nginx', '1\n'],
      ['yield-vip1', '0\n'],
      ['yield-vip2', '0\n'],
    ]);
    // A balancer without VIPs of its own has no such file.
    rmSync(join(folder, 'run'), { recursive: true });
    execFileSync('mkdir', [join(folder, 'run')]);
    put('isolate', '1\n');
    execFileSync('sh', [join(folder, 'script')]);
    expect(readdirSync(join(folder, 'run')).sort()).toEqual(['blind', 'isolate']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
