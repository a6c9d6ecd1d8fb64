import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeScripts } from '../../src/cli/export-scripts.ts';
import type { Model } from '../../src/model/model.ts';
import { managedHosts } from '../../src/model/model.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';

/** The reference system set up by hand on bare Debian: nothing but the exported scripts, a copy and a shell. */
describe.each(['debian13', 'debian12'] as const)('the exported scripts on %s', (release) => {
  const model: Model = exampleModel();
  let directory = '';
  let lab: EdgeLab;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'evenkeel-export-'));
    const names = await writeScripts({ cwd: directory, now: () => new Date() }, model, { directory: '.', release });
    expect(names).toEqual(['lb1.sh', 'lb2.sh', 'dns1.sh', 'dns2.sh', 'web1.sh', 'web2.sh', 'tls.sh']);
    execFileSync('sh', ['tls.sh'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
    lab = await startEdgeLab(model, `export-${release.slice(-2)}-${process.pid}`, release);
  });
  afterAll(async () => {
    await lab.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function setUp(host: string): Promise<string> {
    const bundle = execFileSync('tar', ['c', `${host}.sh`, 'evenkeel-tls'], { cwd: directory });
    const unpacked = await lab.machine(host).run({ argv: ['tar', 'x', '-C', '/root'], stdin: bundle });
    expect(unpacked.exitCode).toBe(0);
    return lab.on(host, 'env', '-C', '/root', 'sh', `${host}.sh`);
  }

  test('set up the whole edge, each run by hand on its host', async () => {
    for (const host of managedHosts(model)) expect(await setUp(host.name)).toContain(`${host.name} is set up`);
    const holders = (): Promise<string[]> =>
      Promise.all(['lb1', 'lb2'].map((name) => lab.on(name, 'ip', '-br', 'address', 'show', 'dev', 'eth0')));
    await eventually(holders, ([lb1 = '', lb2 = '']) => lb1.includes('.100/32') && lb2.includes('.200/32'));
    const root = await readFile(join(directory, 'evenkeel-tls/ca/root.crt'));
    await lab.machine('client').run({ argv: ['tee', '/root/root.crt'], stdin: root });
    for (const vip of model.vips) {
      const pin = `devops.com:443:${vip.ipv4.text}`;
      const page = await lab.on(
        'client',
        'curl',
        '-sS',
        '--cacert',
        '/root/root.crt',
        '--resolve',
        pin,
        'https://devops.com/',
      );
      expect(page).toMatch(/web[12]/);
    }
    const answers = await lab.on('client', 'dig', '+short', '@192.168.10.21', 'www.devops.com', 'A');
    expect(answers.trim().split('\n').sort()).toEqual(['192.168.10.100', '192.168.10.200']);
  });

  test('say so when there is nothing left to do', async () => {
    for (const host of managedHosts(model)) expect(await setUp(host.name)).toContain('nothing had changed');
  });

  test('give an edge that fails over when NGINX stops, and takes its address back', async () => {
    const addresses = (name: string): Promise<string> => lab.on(name, 'ip', '-br', 'address', 'show', 'dev', 'eth0');
    await lab.on('lb1', 'systemctl', 'stop', 'nginx');
    await eventually(
      () => addresses('lb2'),
      (text) => text.includes('.100/32') && text.includes('.200/32'),
    );
    await lab.on('lb1', 'systemctl', 'start', 'nginx');
    await eventually(
      () => addresses('lb1'),
      (text) => text.includes('.100/32'),
    );
  });
});
