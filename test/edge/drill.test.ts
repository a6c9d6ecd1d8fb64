import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrillReport, FaultResult } from '../../src/facts/drill-report.ts';
import { labFault } from '../../src/lab/cause-fault.ts';
import { machineNamespace } from '../../src/lab/lab-paths.ts';
import { assertLabRunning } from '../../src/lab/lab-status.ts';
import { type CliRun, evenkeel, evenkeelPath, runProgram } from '../kit/cli.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { openSharedEdge, sharedFile } from '../kit/shared-edge.ts';

/** Drills on a real edge: caused, measured, healed and judged, and what becomes of one that is disturbed. */
const model = exampleModel();
const flags = sharedFile;
let lab: EdgeLab;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-drill-'));
  ({ lab } = await openSharedEdge());
  await healthy();
});
afterAll(async () => {
  await lab.leave();
  await rm(folder, { recursive: true, force: true });
});

async function healthy(): Promise<void> {
  await eventually(
    () => evenkeel('status', '--lab', ...flags, '--json'),
    (run) => run.exitCode === 0,
  );
}

function reportOf(run: CliRun): DrillReport {
  if (!run.stdout.startsWith('{')) throw new Error(`no report, exit code ${run.exitCode}: ${run.stderr}${run.stdout}`);
  const report: DrillReport = JSON.parse(run.stdout);
  return report;
}

function resultOf(report: DrillReport, name: string): FaultResult {
  const result = report.faults.find((fault) => fault.name === name);
  if (result === undefined) throw new Error(`no result of ${name}`);
  return result;
}

const serves = async (machine: string, service: string): Promise<boolean> =>
  (await lab.machine(machine).run({ argv: ['systemctl', 'is-active', service] })).exitCode === 0;

/** A drill that runs beside the test. */
function startDrill(...words: readonly string[]): { readonly pid: number; readonly ended: Promise<CliRun> } {
  const child = spawn(evenkeelPath, ['drill', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CliRun>((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code) => settle({ exitCode: code ?? -1, stdout, stderr }));
  });
  if (child.pid === undefined) throw new Error('the drill did not start');
  return { pid: child.pid, ended };
}

/** Waits until the drill has broken something; fails with its words when it ends before. */
async function untilBroken(
  drill: { readonly ended: Promise<CliRun> },
  isBroken: () => Promise<boolean>,
): Promise<void> {
  const tooSoon = drill.ended.then((run) => {
    throw new Error(`the drill ended before it broke anything: ${run.stderr}${run.stdout}`);
  });
  await Promise.race([tooSoon, eventually(isBroken, (broken) => broken, 120_000)]);
}

/** The longest gap of a stream by its points alone; each is rounded to a tenth of a millisecond. */
function gapOfPoints(result: FaultResult, stream: string): number {
  const points = result.timeline.requests.find((line) => line.stream === stream)?.points ?? [];
  const ends = points.filter(([, , ok]) => ok === 1).map(([start, duration]) => start + duration);
  const before = ends.filter((end) => end <= 0);
  const after = ends.filter((end) => end > 0 && end <= result.moments.end).sort((a, b) => a - b);
  let last = before.length === 0 ? 0 : Math.max(...before);
  let longest = 0;
  for (const end of [...after, result.moments.end]) {
    longest = Math.max(longest, end - last);
    last = end;
  }
  return longest;
}

function holdersOf(result: FaultResult, vip: string, seen: 'hosts' | 'neighbours'): readonly string[] {
  const line = result.timeline.holders.find((one) => one.vip === vip && one.seen === seen);
  return (line?.changes ?? []).map((change) => change.holders.join('+'));
}

describe('a drill', () => {
  let run: CliRun;
  let report: DrillReport;
  const names = ['nginx-dead:lb1', 'balancer-off:lb2', 'nameserver-off:dns1', 'backend-dead:web1'] as const;
  const page = (): string => join(folder, 'report.html');

  beforeAll(async () => {
    run = await evenkeel('drill', 'run', ...names, ...flags, '--json', '--html', page());
    report = reportOf(run);
  });

  test('measures every fault that was asked for, and its exit code is the verdict', async () => {
    expect(report.faults.map((fault) => fault.name)).toEqual(names);
    expect(report).toMatchObject({ version: 1, edge: 'devops', place: 'lab', profile: 'evenkeel' });
    expect(report.machine.daemons).toEqual(expect.arrayContaining([expect.stringMatching(/^keepalived 2/)]));
    for (const fault of report.faults) {
      expect(fault.verdict, fault.reasons.join()).not.toBe('not-run');
      expect(fault.requests).toBeGreaterThan(0);
      expect(fault.verdict === 'kept').toBe(fault.reasons.length === 0);
      expect(fault.wholeAfterHealMs, `${fault.name}: ${fault.reasons.join()}`).not.toBeNull();
    }
    expect(run.exitCode).toBe(report.faults.every((fault) => fault.verdict === 'kept') ? 0 : 1);
    expect(run.exitCode === 0).toBe(report.verdict === 'kept');
    expect(await readFile(page(), 'utf8')).toContain('balancer-off:lb2');
  });

  test('says nothing that its own points do not show', () => {
    for (const fault of report.faults) {
      for (const stream of fault.streams) {
        expect(stream.longestGapMs).toBeCloseTo(gapOfPoints(fault, stream.id), 0);
        const points = fault.timeline.requests.find((line) => line.stream === stream.id)?.points ?? [];
        const failed = points.filter(([start, ms, ok]) => ok === 0 && start + ms > 0 && start <= fault.moments.end);
        expect(Math.abs(stream.failed - failed.length)).toBeLessThanOrEqual(1);
      }
      const fresh = fault.streams.filter((stream) => !stream.id.endsWith(' kept'));
      expect(fault.longestGapMs).toBe(Math.max(...fresh.map((stream) => stream.longestGapMs)));
      expect(fault.failed).toBe(fault.streams.reduce((sum, stream) => sum + stream.failed, 0));
    }
  });

  test('sees a VIP leave and come home, on the hosts and among neighbours', () => {
    const dead = resultOf(report, 'nginx-dead:lb1');
    expect(dead.failed).toBeGreaterThan(0);
    for (const seen of ['hosts', 'neighbours'] as const) {
      const holders = holdersOf(dead, 'vip1', seen);
      expect(holders.at(-1), holders.join(' ')).toBe('lb1');
      expect(holders.indexOf('lb2'), holders.join(' ')).toBeGreaterThan(holders.indexOf('lb1'));
      expect(holders.lastIndexOf('lb1')).toBeGreaterThan(holders.indexOf('lb2'));
    }
    expect(holdersOf(resultOf(report, 'balancer-off:lb2'), 'vip2', 'hosts')).toContain('lb1');
  });

  test('sees a nameserver fall silent and a backend leave', () => {
    const silent = resultOf(report, 'nameserver-off:dns1').timeline.answers.filter(
      (line) => line.nameserver === 'dns1',
    );
    expect(silent.flatMap((line) => line.changes.map((change) => change.addresses.length))).toContain(0);
    const backends = resultOf(report, 'backend-dead:web1').timeline.backends.filter((line) => line.backend === 'web1');
    const states = backends.map((line) => line.changes.map((change) => change.up));
    expect(states).toContainEqual([true, false, true]);
  });

  test('leaves nothing behind', async () => {
    expect((await assertLabRunning(lab.name)).faults).toEqual([]);
    for (const web of ['web1', 'web2']) {
      expect(await lab.on(web, 'find', '/etc/nginx', '/etc/systemd/system', '-name', 'evenkeel-drill*')).toBe('');
    }
    await noWatcherLeft();
    await healthy();
  });
});

/** Load and observers run in the client's network namespace, among the machine's own processes. */
async function noWatcherLeft(): Promise<void> {
  const namespace = machineNamespace(lab.name, 'client');
  await eventually(
    async () => {
      const { stdout } = await runProgram(['ip', 'netns', 'pids', namespace]);
      const pids = stdout.split('\n').filter((pid) => pid !== '');
      const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
      return commands.filter((command) => /probe-main|monitor/.test(command));
    },
    (left) => left.length === 0,
  );
}

describe('a drill is refused', () => {
  test('while a fault stands, before anything is caused', async () => {
    await labFault(lab.name, { kind: 'stop', machine: 'web2', service: 'nginx' });
    try {
      const run = await evenkeel('drill', 'run', 'nginx-dead:lb1', ...flags, '--json');
      expect(run).toMatchObject({ exitCode: 1, stdout: '' });
      expect(run.stderr).toContain('[unhealthy]');
      expect(run.stderr).toMatch(/next: .*evenkeel lab fault .*heal/);
    } finally {
      await evenkeel('lab', 'fault', ...flags, 'heal');
    }
    await healthy();
  });

  test('when a client is not served, with what is wrong', async () => {
    const [, second] = model.vips;
    const vip = `${second?.ipv4.text ?? ''}/32`;
    await lab.on('client', 'ip', 'route', 'add', 'blackhole', vip);
    try {
      const run = await evenkeel('drill', 'run', 'nginx-dead:lb1', ...flags, '--json');
      expect(run).toMatchObject({ exitCode: 1, stdout: '' });
      expect(run.stderr).toMatch(/"vip2"/);
      expect(run.stderr).toContain('nothing was caused');
      expect(await serves('lb1', 'nginx')).toBe(true);
    } finally {
      await lab.on('client', 'ip', 'route', 'delete', 'blackhole', vip);
    }
  });

  test('for a name that is none, with the nearest', async () => {
    const run = await evenkeel('drill', 'run', 'nginx-ded:lb1', ...flags);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('did you mean nginx-dead:lb1?');
  });
});

test('a fault that can not be caused was not run, and does not pass', async () => {
  const file = join(folder, 'faults.yaml');
  await writeFile(
    file,
    `version: 1
faults:
  - name: impossible
    title: a command that fails
    cause: [{ host: lb1, command: ["false"] }]
    heal: [{ host: lb1, command: ["true"] }]
    expect: { gap: none }
`,
  );
  const run = await evenkeel('drill', 'run', 'impossible', ...flags, '--faults', file, '--json');
  expect(run.exitCode).toBe(1);
  const report = reportOf(run);
  expect(report.verdict).toBe('not-run');
  expect(report.faults).toMatchObject([{ name: 'impossible', verdict: 'not-run', requests: 0 }]);
  expect(report.faults[0]?.reasons.join()).toContain('could not be caused');
});

test('a drill that is killed is healed by the next command, and its load ends with it', async () => {
  const drill = startDrill('run', 'keepalived-dead:lb2', ...flags);
  await untilBroken(drill, async () => !(await serves('lb2', 'keepalived')));
  process.kill(drill.pid, 'SIGKILL');
  expect((await drill.ended).exitCode).not.toBe(0);
  await noWatcherLeft();
  expect(await serves('lb2', 'keepalived')).toBe(false);
  const status = await evenkeel('status', '--lab', ...flags);
  expect(status.stderr).toContain('keepalived-dead:lb2');
  expect(await serves('lb2', 'keepalived')).toBe(true);
  await healthy();
});

test('an interrupted drill heals, and reports what it has', async () => {
  const drill = startDrill('run', 'keepalived-dead:lb2', 'nginx-dead:lb1', ...flags, '--json');
  await untilBroken(drill, async () => !(await serves('lb2', 'keepalived')));
  process.kill(drill.pid, 'SIGINT');
  const run = await drill.ended;
  expect(run.exitCode).toBe(1);
  const [first, second] = reportOf(run).faults;
  expect(first).toMatchObject({ verdict: 'not-judged', reasons: ['interrupted'] });
  expect(second).toMatchObject({ verdict: 'not-run' });
  expect(await serves('lb2', 'keepalived')).toBe(true);
  await healthy();
});

test('a machine that goes off by itself ends the drill: not judged, and everything is turned on again', async () => {
  const drill = startDrill('run', 'pool-dead', 'nginx-dead:lb1', ...flags, '--json');
  await untilBroken(drill, async () => !(await serves('web2', 'nginx')));
  await labFault(lab.name, { kind: 'power-off', machine: 'dns2' });
  const run = await drill.ended;
  expect(run.exitCode).toBe(1);
  const [first, second] = reportOf(run).faults;
  expect(first?.verdict, first?.reasons.join()).toBe('not-judged');
  expect(first?.reasons.join()).toContain('the machine dns2 went off');
  expect(second?.verdict).toBe('not-run');
  expect((await assertLabRunning(lab.name)).running).toBe(true);
  await healthy();
});
