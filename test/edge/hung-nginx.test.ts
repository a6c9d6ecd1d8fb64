import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { machineCgroup, unitCgroup } from '../../src/lab/cgroup.ts';
import { agentConfigPath } from '../../src/model/agent-config.ts';
import { agentCommand, agentUnit } from '../../src/model/agent-paths.ts';
import { stateFiles } from '../../src/model/state-files.ts';
import { evenkeel } from '../kit/cli.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { openSharedEdge, sharedFlags } from '../kit/shared-edge.ts';

/** An NGINX that hangs on a real edge: its VIP leaves, and comes home when it answers again. */
const flags = sharedFlags;
const vips = ['192.168.10.100', '192.168.10.200'] as const;
let lab: EdgeLab;
/** Seconds since 1970: what the agents said before was said of other tests. */
let began = 0;

beforeAll(async () => {
  ({ lab } = await openSharedEdge());
  began = Math.floor(Date.now() / 1000);
  await atHome();
});
afterAll(async () => {
  await lab.leave();
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

/** The agent's process id; 0 while there is none. */
const agentPid = async (): Promise<string> =>
  (await lab.on('lb1', 'systemctl', 'show', '--property=MainPID', '--value', agentUnit)).trim();

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

describe('the agent', () => {
  test('that is killed comes back, and no VIP moves', async () => {
    const words = await vrrpWords();
    const before = await agentPid();
    await lab.on('lb1', 'systemctl', 'kill', '--signal=KILL', agentUnit);
    await eventually(agentPid, (pid) => pid !== '0' && pid !== before);
    expect(await vrrpWords()).toBe(words);
    await atHome();
  });

  test('runs on balancers and nameservers, and answers on its own socket', async () => {
    for (const host of ['lb1', 'lb2', 'dns1', 'dns2']) {
      const answer: unknown = JSON.parse(await lab.on(host, agentCommand, 'ask', 'status'));
      expect(answer).toMatchObject({ format: 1, host, role: host.startsWith('lb') ? 'balancer' : 'nameserver' });
      const resident = await lab.on(host, 'sh', '-c', residentScript, 'sh', agentUnit);
      console.log(`the agent on ${host}: ${resident.trim()}`);
    }
  });

  test('that hangs is ended by systemd and comes back, and no VIP moves', async () => {
    const words = await vrrpWords();
    const before = await agentPid();
    await lab.on('lb1', 'systemctl', 'kill', '--signal=STOP', agentUnit);
    await sitesAnswer();
    const status = await evenkeel('status', ...flags);
    expect(status.stdout).toContain('the agent on lb1 does not answer');
    await eventually(agentPid, (pid) => pid !== '0' && pid !== before);
    expect(await vrrpWords()).toBe(words);
    await atHome();
  });

  test('that is stopped moves no VIP, status says so, and apply starts it', async () => {
    const words = await vrrpWords();
    await lab.on('lb1', 'systemctl', 'stop', agentUnit);
    await sitesAnswer();
    const status = await evenkeel('status', ...flags);
    expect(status.stdout).toContain('the agent on lb1 does not answer');
    expect(await vrrpWords()).toBe(words);
    const applied = await evenkeel('apply', ...flags);
    expect(applied.stdout).toContain(agentUnit);
    expect(await agentPid()).not.toBe('0');
    await atHome();
  });

  test('refuses a configuration it can not read, no VIP moves, and apply puts it right', async () => {
    const words = await vrrpWords();
    await lab.on('lb1', 'sh', '-c', 'echo "{" >"$1"', 'sh', agentConfigPath);
    await lab.on('lb1', 'sh', '-c', 'systemctl restart "$1" || true', 'sh', agentUnit);
    expect(await agentPid()).toBe('0');
    await sitesAnswer();
    const journal = await lab.on(
      'lb1',
      'journalctl',
      `--unit=${agentUnit}`,
      '--lines=20',
      '--output=cat',
      '--no-pager',
    );
    expect(journal).toContain(`${agentConfigPath} can't be used, so nothing is done: it is not a JSON object`);
    expect(await vrrpWords()).toBe(words);
    const applied = await evenkeel('apply', ...flags);
    expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
    expect(await agentPid()).not.toBe('0');
    await atHome();
  });

  test('that is stopped while NGINX hangs leaves the VIP where somebody answers', async () => {
    await labFault(lab.name, { kind: 'hang', machine: 'lb1', service: 'nginx' });
    await lb2HasBoth();
    const words = await vrrpWords();
    await lab.on('lb1', 'systemctl', 'stop', agentUnit);
    await sitesAnswer();
    expect([await hangs(), await vrrpWords()]).toEqual(['1', words]);
    await lab.on('lb1', 'systemctl', 'start', agentUnit);
    await labHeal(lab.name, ignoreEvents);
    await atHome();
  });

  test('costs little at rest', async () => {
    const folder = await unitCgroup(await machineCgroup(lab.name, 'lb1'), agentUnit);
    if (folder === undefined) throw new Error('the agent has no cgroup');
    const before = { us: await cpuOf(folder), at: performance.now() };
    await wait(10_000);
    const seconds = (performance.now() - before.at) / 1000;
    const used = ((await cpuOf(folder)) - before.us) / 1000 / seconds;
    console.log(`the agent uses ${used.toFixed(1)} ms of a processor per second`);
    expect(used).toBeGreaterThan(0);
    expect(await hangs()).toBe('0');
  });

  test('took nothing else for a hung NGINX, however busy this computer is', async () => {
    const words = async (balancer: string): Promise<readonly string[]> =>
      (await lab.on(balancer, 'journalctl', `--unit=${agentUnit}`, `--since=@${began}`, '--output=cat', '--no-pager'))
        .split('\n')
        .filter((line) => line.startsWith('readiness: NGINX hangs'));
    expect(await words('lb1')).toHaveLength(3);
    expect(await words('lb2')).toEqual([]);
  });
});

/** Prints how much memory the main process of a unit holds. */
const residentScript = 'grep VmRSS "/proc/$(systemctl show --property=MainPID --value "$1")/status"';

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
