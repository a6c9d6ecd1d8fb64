import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { machineCgroup, unitCgroup } from '../../src/lab/cgroup.ts';
import { nginxWatchUnit, stateFiles } from '../../src/model/state-files.ts';
import { evenkeel } from '../kit/cli.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleFile, exampleModel } from '../kit/example-model.ts';

/** An NGINX that hangs on a real edge: its VIP leaves, and comes home when it answers again. */
const model = exampleModel();
const suffix = `hung-${process.pid}`;
const flags = ['-f', exampleFile('devops.com'), '--lab', '--suffix', suffix] as const;
const vips = ['192.168.10.100', '192.168.10.200'] as const;
let lab: EdgeLab;

beforeAll(async () => {
  lab = await startEdgeLab(model, suffix);
  const applied = await evenkeel('apply', ...flags);
  expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  await atHome();
});
afterAll(async () => {
  await lab.close();
});

async function vipsOn(balancer: string): Promise<readonly string[]> {
  const text = await lab.on(balancer, 'ip', '-br', 'address', 'show', 'dev', 'eth0');
  return vips.filter((vip) => text.includes(`${vip}/32`));
}

async function atHome(): Promise<void> {
  await eventually(
    async () => [await vipsOn('lb1'), await vipsOn('lb2')].join(' '),
    (held) => held === vips.join(' '),
  );
}

async function lb2HasBoth(): Promise<void> {
  await eventually(
    async () => [await vipsOn('lb1'), await vipsOn('lb2')].map((held) => held.length).join(),
    (counts) => counts === '0,2',
  );
}

async function sitesAnswer(): Promise<void> {
  for (const vip of vips) {
    const pin = `devops.com:443:${vip}`;
    const page = await lab.on('client', 'curl', '-sSk', '--max-time', '5', '--resolve', pin, 'https://devops.com/');
    expect(page).toMatch(/web[12]/);
  }
}

const hangs = async (): Promise<string> => (await lab.on('lb1', 'cat', stateFiles.nginxAnswers)).trim();

/** The watch's process id; 0 while there is none. */
const watchPid = async (): Promise<string> =>
  (await lab.on('lb1', 'systemctl', 'show', '--property=MainPID', '--value', nginxWatchUnit)).trim();

describe('a hung NGINX', () => {
  test('loses its VIP to the other balancer, and gets it back once it answers', async () => {
    const moment = await labFault(lab.name, { kind: 'hang', machine: 'lb1', service: 'nginx' });
    await lb2HasBoth();
    console.log(`lb2 has both VIPs at most ${Date.now() - moment.after} ms after NGINX hangs`);
    await sitesAnswer();
    expect(await hangs()).toBe('1');
    const resumed = await labFault(lab.name, { kind: 'resume', machine: 'lb1', service: 'nginx' });
    await atHome();
    console.log(`at home at most ${Date.now() - resumed.after} ms after NGINX goes on`);
    await sitesAnswer();
  });

  test('that is restarted holds nothing back', async () => {
    await labFault(lab.name, { kind: 'hang', machine: 'lb1', service: 'nginx' });
    await lb2HasBoth();
    const moment = await labFault(lab.name, { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'all' });
    await atHome();
    console.log(`at home at most ${Date.now() - moment.after} ms after the hung NGINX is killed`);
    await labHeal(lab.name, ignoreEvents);
    await sitesAnswer();
  });
});

describe('the watch', () => {
  test('that is killed comes back, and no VIP moves', async () => {
    const words = await vrrpWords();
    const before = await watchPid();
    await lab.on('lb1', 'systemctl', 'kill', '--signal=KILL', nginxWatchUnit);
    await eventually(watchPid, (pid) => pid !== '0' && pid !== before);
    expect(await vrrpWords()).toBe(words);
    await atHome();
  });

  test('that is stopped or hangs moves no VIP, and status says that nobody watches', async () => {
    const words = await vrrpWords();
    await lab.on('lb1', 'systemctl', 'kill', '--signal=STOP', nginxWatchUnit);
    await sitesAnswer();
    await lab.on('lb1', 'systemctl', 'stop', nginxWatchUnit);
    const status = await evenkeel('status', ...flags);
    expect(status.stdout).toContain('nginx-watch on lb1 is ');
    expect(await vrrpWords()).toBe(words);
    const applied = await evenkeel('apply', ...flags);
    expect(applied.stdout).toContain(nginxWatchUnit);
    expect(await watchPid()).not.toBe('0');
    await atHome();
  });

  test('that is stopped while NGINX hangs leaves the VIP where somebody answers', async () => {
    await labFault(lab.name, { kind: 'hang', machine: 'lb1', service: 'nginx' });
    await lb2HasBoth();
    const words = await vrrpWords();
    await lab.on('lb1', 'systemctl', 'stop', nginxWatchUnit);
    await sitesAnswer();
    expect([await hangs(), await vrrpWords()]).toEqual(['1', words]);
    await lab.on('lb1', 'systemctl', 'start', nginxWatchUnit);
    await labHeal(lab.name, ignoreEvents);
    await atHome();
  });

  test('costs little at rest', async () => {
    const folder = await unitCgroup(await machineCgroup(lab.name, 'lb1'), nginxWatchUnit);
    if (folder === undefined) throw new Error('the watch has no cgroup');
    const before = { us: await cpuOf(folder), at: performance.now() };
    await wait(30_000);
    const seconds = (performance.now() - before.at) / 1000;
    const used = ((await cpuOf(folder)) - before.us) / 1000 / seconds;
    console.log(`the watch uses ${used.toFixed(1)} ms of a processor per second`);
    expect(used).toBeGreaterThan(0);
    expect(await hangs()).toBe('0');
  });

  test('took nothing else for a hung NGINX, however busy this computer is', async () => {
    const words = async (balancer: string): Promise<readonly string[]> =>
      (await lab.on(balancer, 'journalctl', `--unit=${nginxWatchUnit}`, '--boot', '--output=cat', '--no-pager'))
        .split('\n')
        .filter((line) => line.startsWith('NGINX hangs'));
    expect(await words('lb1')).toHaveLength(3);
    expect(await words('lb2')).toEqual([]);
  });
});

/** Microseconds of processor time of a cgroup, of processes that have ended too. */
async function cpuOf(folder: string): Promise<number> {
  const text = await readFile(`${folder}/cpu.stat`, 'utf8');
  return Number(/^usage_usec (\d+)$/m.exec(text)?.[1]);
}

/** What keepalived on lb1 said of its instances. */
async function vrrpWords(): Promise<string> {
  return lab.on(
    'lb1',
    'journalctl',
    '--unit=keepalived.service',
    '--boot',
    '--output=cat',
    '--grep=STATE',
    '--no-pager',
  );
}
