import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { forgetReturns } from '../../src/drill/forget-returns.ts';
import { planLoad } from '../../src/drill/plan-load.ts';
import type { ProbeRecord } from '../../src/drill/probe.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { agentConfigPath } from '../../src/model/agent-config.ts';
import { agentUnit } from '../../src/model/agent-paths.ts';
import { evenkeel } from '../kit/cli.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { holderCounts, lossesIn, settledEdge, underLoad } from '../kit/loaded-lab.ts';
import { openSharedEdge, sharedFlags } from '../kit/shared-edge.ts';

/** A real edge on days when its hosts are not as they should be. */
const model = exampleModel();
const flags = sharedFlags;
const balancers = ['lb1', 'lb2'] as const;
/** One for the whole computer: only its first network namespace may write it. */
const trackedMax = '/proc/sys/net/netfilter/nf_conntrack_max';
let lab: EdgeLab;
let ca = '';
let trackedBefore = '';

beforeAll(async () => {
  ({ lab, ca } = await openSharedEdge());
  trackedBefore = await readFile(trackedMax, 'utf8');
});
beforeEach(async () => {
  // Each return within ten minutes makes the next one wait twice as long.
  await forgetReturns(model, new Map(balancers.map((name) => [name, lab.machine(name)])));
});
afterEach(async () => {
  await writeFile(trackedMax, trackedBefore);
  await labHeal(lab.name, ignoreEvents);
});
afterAll(async () => {
  await lab.leave();
});

const holders = (): Promise<string> => holderCounts(lab);

const settled = (): Promise<void> => settledEdge(lab);

const requests = (records: readonly ProbeRecord[]) => records.filter((record) => record.kind === 'request');
const good = (records: readonly ProbeRecord[]) => requests(records).filter(({ failure }) => failure === undefined);

/** Few new connections: what is tested is no load. */
async function loaded(during: (seen: readonly ProbeRecord[]) => Promise<void>): Promise<readonly ProbeRecord[]> {
  const order = planLoad(model, {
    target: 'drill-target',
    ca,
    rates: { newConnectionEveryMs: 100, byNameEveryMs: 200, downloadBytes: 1024 * 1024, uploadBytes: 1024 * 1024 },
  });
  return underLoad(lab, order, async (records) => {
    await more(records, 50);
    await during(records);
  });
}

/** Waits for so many more requests that succeed to each VIP. */
async function more(records: readonly ProbeRecord[], count: number): Promise<void> {
  const counts = (): readonly number[] =>
    ['vip1', 'vip2'].map((vip) => good(records).filter(({ stream }) => stream === vip).length);
  const before = counts();
  await eventually(
    async () => counts(),
    (now) => now.every((one, index) => one >= (before[index] ?? 0) + count / 2),
  );
}

test('rules of the owner that drop what they do not know: moves lose nothing, and all is healthy', async () => {
  const page = await readFile('docs/firewall.md', 'utf8');
  const [, rules = ''] = /```nft\n([^`]+)```/.exec(page) ?? [];
  const before = await lab.on('lb1', 'cat', '/etc/nftables.conf');
  try {
    for (const balancer of balancers) {
      const machine = lab.machine(balancer);
      const written = await machine.run({ argv: ['tee', '/etc/nftables.conf'], stdin: rules });
      expect(written.exitCode).toBe(0);
      await lab.on(balancer, 'systemctl', 'restart', 'nftables.service');
      expect(await lab.on(balancer, 'nft', 'list', 'tables')).toContain('table inet filter\n');
    }
    const records = await loaded(async (seen) => {
      for (const target of ['lb2', 'lb1']) {
        const moved = await evenkeel('move', ...flags, 'vip1', target);
        expect(moved.exitCode, moved.stdout + moved.stderr).toBe(0);
        await more(seen, 50);
      }
    });
    expect(lossesIn(records)).toEqual([]);
    const status = await evenkeel('status', ...flags);
    expect(status.exitCode, status.stdout).toBe(0);
  } finally {
    for (const balancer of balancers) {
      await lab.machine(balancer).run({ argv: ['tee', '/etc/nftables.conf'], stdin: before });
      await lab.on(balancer, 'systemctl', 'restart', 'nftables.service');
    }
  }
});

test('a full connection table: the balancer that takes no connection any more gives its VIP up, and gets it back', async () => {
  const tracked = Number(await lab.on('lb1', 'cat', '/proc/sys/net/netfilter/nf_conntrack_count'));
  await writeFile(trackedMax, `${tracked + 2000}\n`);
  // All stay open until the client ends, and none is given up for a new one: they are answered connections.
  const hoard = lab.on(
    'client',
    ...(['timeout', '120', 'prlimit', '--nofile=9000', 'perl', '-MIO::Socket::INET', '-e'] as const),
    `my (@all, $refused); for (1..4000) { my $one = IO::Socket::INET->new(PeerAddr => "192.168.10.11:80", Timeout => 1);
       if ($one) { push @all, $one } elsif (++$refused > 3) { last } }
     print scalar(@all), "\\n"; sleep 30`,
  );
  hoard.catch(() => undefined);
  const records = await loaded(async (seen) => {
    await eventually(holders, (counts) => counts === '0,2');
    await more(seen, 50);
  });
  // So many were answered before there was no room for one more.
  expect(Number(await hoard)).toBeGreaterThan(1000);
  expect(good(records).length).toBeGreaterThan(50);
  await writeFile(trackedMax, trackedBefore);
  await settled();
});

test('both balancers lose power at once: the edge comes back by itself, each VIP at home', async () => {
  await loaded(async (seen) => {
    for (const kind of ['power-off', 'power-on'] as const) {
      await Promise.all(balancers.map((machine) => labFault(lab.name, { kind, machine })));
    }
    await more(seen, 50);
  });
  await settled();
});

test('keepalived is reloaded again and again while the agent writes: what was said last counts', async () => {
  for (let round = 0; round < 2; round += 1) {
    const reloads = lab.on(
      'lb1',
      ...(['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do systemctl reload keepalived; sleep 0.2; done'] as const),
    );
    reloads.catch(() => undefined);
    await labFault(lab.name, { kind: 'stop', machine: 'lb1', service: 'nginx' });
    await reloads;
    await eventually(holders, (counts) => counts === '0,2');
    await labHeal(lab.name, ignoreEvents);
    await eventually(holders, (counts) => counts === '1,1');
  }
  await settled();
});

test('no room for state and logs: faults are still noticed, and clients still served', async () => {
  const full = ['/var/lib/evenkeel', '/var/log/nginx'];
  try {
    await lab.on('lb1', 'cp', '-a', '/var/lib/evenkeel', '/tmp/kept');
    for (const folder of full) {
      await lab.on('lb1', 'mount', '-t', 'tmpfs', '-o', 'size=16m,mode=755', 'tmpfs', folder);
    }
    await lab.on('lb1', 'sh', '-c', 'cp -a /tmp/kept/. /var/lib/evenkeel/ && rm -r /tmp/kept');
    for (const folder of full) await lab.on('lb1', 'sh', '-c', `cat /dev/zero >${folder}/filler || true`);
    await lab.on('lb1', 'systemctl', 'reload', 'nginx');
    await lab.on('lb1', 'systemctl', 'restart', agentUnit);
    await settled();
    const records = await loaded(async (seen) => {
      await labFault(lab.name, { kind: 'stop', machine: 'web1', service: 'nginx' });
      await eventually(
        async () => lab.on('lb1', '/usr/local/lib/evenkeel/agent', 'ask', 'backends'),
        (said) => said.includes('"use":"down"'),
      );
      await more(seen, 50);
    });
    expect(lossesIn(records).filter((one) => !/kept|download|upload|websocket/.test(one))).toEqual([]);
    await labFault(lab.name, { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'all' });
    await eventually(holders, (counts) => counts === '0,2');
  } finally {
    for (const folder of full) await lab.machine('lb1').run({ argv: ['umount', '--lazy', folder] });
    await lab.on('lb1', 'systemctl', 'restart', 'nginx', agentUnit);
  }
  await labHeal(lab.name, ignoreEvents);
  await settled();
});

test('a corrupt agent file: nothing moves, a dead NGINX is still noticed, status says it, and apply mends it', async () => {
  await lab.on('lb1', 'sh', '-c', `echo '{"format": 1, "edge":' >${agentConfigPath}`);
  await lab.machine('lb1').run({ argv: ['systemctl', 'restart', agentUnit] });
  await eventually(
    async () => lab.on('lb1', 'systemctl', 'show', '-p', 'ActiveState,ExecMainStatus', agentUnit),
    (said) => said.includes('ActiveState=failed') && said.includes('ExecMainStatus=78'),
  );
  expect(await lab.on('lb1', 'journalctl', '-u', agentUnit, '-n', '20', '-o', 'cat')).toContain(agentConfigPath);
  expect(await holders()).toBe('1,1');
  const status = await evenkeel('status', ...flags);
  expect(status.stdout).toMatch(/agent of lb1|lb1.*agent/);
  await labFault(lab.name, { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'all' });
  await eventually(holders, (counts) => counts === '0,2');
  await labHeal(lab.name, ignoreEvents);
  const applied = await evenkeel('apply', ...flags, '--yes');
  expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  await settled();
});
