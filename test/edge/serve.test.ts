import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeView } from '../../src/report/edge-view.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { type EdgeCommand, edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { ignoreEvents } from '../../src/base/event.ts';
import { openSharedEdge } from '../kit/shared-edge.ts';
import { sharedSuffix } from '../kit/shared-suffix.ts';
import { type ServedEdge, serveEdgeCommand } from '../kit/served-edge.ts';

/** The dashboard against real machines: what it sees, what it does, and that nothing needs it. */
let lab: EdgeLab;
let edge: EdgeCommand;

beforeAll(async () => {
  ({ lab } = await openSharedEdge());
  edge = await edgeCommand(sharedSuffix(), { keys: 'kept' });
  const applied = await edge.run('apply', '--yes');
  expect(applied.code, applied.stderr).toBe(0);
  await eventually(
    async () => edge.run('status', '--json'),
    ({ code }) => code === 0,
  );
});
afterAll(async () => {
  await edge?.remove();
  await lab?.leave();
});

/** Waits for a view as wanted. */
function seen(served: ServedEdge, isWanted: (view: EdgeView) => boolean): Promise<EdgeView> {
  return eventually(served.view, isWanted, 120_000);
}

/** Asks both VIPs for the site from the client machine, again and again, until it is told that it is enough; what it saw, a line for each loss. */
async function visitors(): Promise<{ readonly enough: () => Promise<readonly string[]> }> {
  const script = `asked=0
    until [ -e /tmp/enough ]; do
      for vip in 192.168.10.100 192.168.10.200; do
        asked=$((asked + 1))
        curl --silent --show-error --fail --insecure --max-time 10 --output /dev/null \\
          --resolve "devops.com:443:$vip" https://devops.com/ 2>&1 || echo "lost through $vip"
      done
    done
    echo "asked $asked"`;
  await lab.on('client', 'rm', '-f', '/tmp/enough');
  const asking = lab.machine('client').run({ argv: ['sh', '-c', script], timeoutMs: 600_000 });
  return {
    enough: async () => {
      await lab.on('client', 'touch', '/tmp/enough');
      return (await asking).stdout.trim().split('\n');
    },
  };
}

const holders = (view: EdgeView): readonly string[] => view.holdings.map((row) => row.holders.join('+'));
const isWell = (view: EdgeView): boolean =>
  view.look[0]?.state === 'fresh' && view.problems.length === 0 && holders(view).join() === 'lb1,lb2';

describe('evenkeel serve', () => {
  test('shows the edge as it is, and who is told by the kernels when NGINX dies', async () => {
    const served = await serveEdgeCommand(edge);
    await seen(served, isWell);
    await labFault(lab.name, { kind: 'stop', machine: 'lb1', service: 'nginx' });
    await seen(served, (view) => holders(view).join() === 'lb2,lb2');
    await seen(served, (view) =>
      view.problems.some(({ code, subject }) => code === 'unit-not-running' && subject === 'lb1'),
    );
    const drawn = await edge.run('diagram', '--live', '--view', 'physical');
    expect(drawn.code, drawn.stderr).toBe(0);
    expect(drawn.stdout.match(/held by \w+ now/g)).toEqual(['held by lb2 now', 'held by lb2 now']);
    expect(drawn.stdout).toContain('✕ DOWN');
    await labHeal(lab.name, ignoreEvents);
    await seen(served, isWell);
    const texts = (await served.events()).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        'vip1 is held by lb2, before by lb1; it prefers lb1',
        'vip1 is held by lb1, which it prefers; before by lb2',
        expect.stringMatching(/^over: .*nginx/i),
      ]),
    );
    // Neither the death of NGINX nor the planned way back are two holders, or none for longer than they were.
    expect(texts.filter((text) => text.includes('at the same time'))).toEqual([]);
    expect(await served.end()).toBe(0);
    // What was followed on the balancers has ended too.
    for (const balancer of ['lb1', 'lb2']) {
      await eventually(
        async () => lab.machine(balancer).run({ argv: ['pgrep', '-x', 'ip'] }),
        ({ exitCode }) => exitCode === 1,
      );
    }
  });

  test('has figures of real machines: what they counted, the last apply, the plan, the probe', async () => {
    const served = await serveEdgeCommand(edge);
    const managed = ['dns1', 'dns2', 'lb1', 'lb2', 'web1', 'web2'];
    const view = await seen(served, ({ pending }) => pending[0]?.state === 'nothing');
    expect(view.pending[0]?.counts?.map(({ host, changes, drifted }) => [host, changes, drifted]).toSorted()).toEqual(
      managed.map((host) => [host, 0, 0]),
    );
    expect(view.applies.map(({ key, result }) => [key, result]).toSorted()).toEqual(
      managed.map((host) => [host, 'done']),
    );
    const byHost = async (metric: string): Promise<readonly (readonly [string, number])[]> =>
      (await served.samples(metric)).map(({ labels, value }) => [labels['host'] ?? '', value] as const).toSorted();
    expect(await byHost('evenkeel_apply_last_succeeded')).toEqual(managed.map((host) => [host, 1]));
    expect(await byHost('evenkeel_plan_changes')).toEqual(managed.map((host) => [host, 0]));
    // An agent may take longer to answer than a reading waits, on a busy computer.
    const agents = await eventually(
      () => byHost('evenkeel_agent_up'),
      (up) => up.every(([, value]) => value === 1),
    );
    expect(agents.map(([host]) => host)).toEqual(['dns1', 'dns2', 'lb1', 'lb2']);
    const held = await served.samples('evenkeel_vrrp_held');
    expect(held.map(({ labels, value }) => [labels['host'], labels['vip'], value])).toEqual(
      expect.arrayContaining([
        ['lb1', 'vip1', 1],
        ['lb1', 'vip2', 0],
        ['lb2', 'vip1', 0],
        ['lb2', 'vip2', 1],
      ]),
    );
    // What a client asks is counted by the balancer that answers, and by no other.
    const requests = async (): Promise<ReadonlyMap<string, number>> =>
      (await served.samples('evenkeel_nginx_requests_total')).reduce(
        (sums, { labels: { host = '' }, value }) => sums.set(host, (sums.get(host) ?? 0) + value),
        new Map<string, number>(),
      );
    const before = await requests();
    const asked = 200;
    await lab.on(
      'client',
      'curl',
      '-sko',
      '/dev/null',
      '--resolve',
      'devops.com:443:192.168.10.100',
      `https://devops.com/?n=[1-${asked}]`,
    );
    const counted = await eventually(requests, (now) => (now.get('lb1') ?? 0) - (before.get('lb1') ?? 0) >= asked);
    // The dashboard's own probe asks both of them.
    expect((counted.get('lb2') ?? 0) - (before.get('lb2') ?? 0)).toBeLessThan(asked);
    // A minute of the outside probe is told once it is over.
    const months = await eventually(
      async () => JSON.parse(await (await served.get('/api/availability')).text()),
      ({ rows }) => rows.length > 0 && rows.every(({ knownMs }: { readonly knownMs: number }) => knownMs > 0),
      240_000,
    );
    expect(months.rows.map(({ vip }: { readonly vip: string }) => vip)).toEqual(['vip1', 'vip2']);
    expect(await served.end()).toBe(0);
  });

  test('moves a VIP, drains and undrains, as the commands do, and writes down who and why', async () => {
    const served = await serveEdgeCommand(edge);
    await seen(served, isWell);
    const done = async (operation: object): Promise<void> => {
      const answer = await served.ask(operation);
      expect(answer.status, await answer.clone().text()).toBe(202);
      const { id } = JSON.parse(await answer.text());
      const row = await eventually(
        async () => (await served.view()).work.find(({ key }) => key === String(id)),
        (found) => found !== undefined && found.state !== 'running',
        120_000,
      );
      expect(row).toMatchObject({ state: 'done' });
    };
    await done({ does: 'move', subject: 'vip1', target: 'lb2' });
    await seen(served, (view) => holders(view).join() === 'lb2,lb2');
    // The kernels told it: the last look that the board knew when it showed the new holder had begun before there was one.
    const told = (await served.events()).findLast(({ text }) => text.startsWith('vip1 is held by lb2, before by lb1'));
    const then = JSON.parse(await (await served.get(`/api/at?time=${told?.at}`)).text());
    const journal = ['journalctl', '-u', 'keepalived', '-o', 'short-unix', '--no-pager'] as const;
    const masters = (await lab.on('lb2', ...journal)).match(/^\d+\.\d+(?=.* Entering MASTER STATE$)/gm) ?? [];
    expect(Date.parse(then.view.look[0].at)).toBeLessThan(Number(masters.at(-1)) * 1000);
    await done({ does: 'move', subject: 'vip1', target: 'lb1' });
    await seen(served, isWell);
    await done({ does: 'drain', subject: 'lb2' });
    await seen(served, (view) => holders(view).join() === 'lb1,lb1' && view.balancers[1]?.drained === true);
    expect(await (await served.ask({ does: 'drain', subject: 'lb1' })).json()).toEqual({
      error: 'no other balancer could take its VIPs',
    });
    await done({ does: 'undrain', subject: 'lb2' });
    await seen(served, isWell);
    await done({ does: 'drain', subject: 'web1:80' });
    await seen(served, (view) => view.balancers.every(({ drainedBackends }) => drainedBackends.includes('web1:80')));
    await done({ does: 'undrain', subject: 'web1:80' });
    await seen(served, isWell);
    const { operations } = JSON.parse(await (await served.get('/api/operations')).text());
    expect(operations.slice(0, 2)).toMatchObject([
      {
        title: 'Move vip1 to lb2',
        reason: 'a test',
        state: 'done',
        note: expect.stringMatching(/moved from lb1 to lb2/),
      },
      { title: 'Move vip1 to lb1', state: 'done' },
    ]);
    await served.end();
  });

  test('holds a drill, and its report is on the page', async () => {
    const served = await serveEdgeCommand(edge);
    await seen(served, isWell);
    const fault = 'keepalived-dead:lb2';
    expect((await served.ask({ does: 'drill', subject: fault })).status).toBe(202);
    const { work, drills } = await eventually(
      served.view,
      (view) => view.drills.length > 0 && view.work.at(-1)?.state !== 'running',
      300_000,
    );
    const [drill] = drills;
    expect(drill).toMatchObject({ place: 'lab', worst: { name: fault } });
    // A busy computer may keep a drill from being judged; what it found is what is said.
    expect(work.at(-1)).toMatchObject({
      title: `Drill ${fault}`,
      state: drill?.verdict === 'kept' ? 'done' : 'failed',
      note: expect.stringContaining(fault),
    });
    expect(await (await served.get(`/api/drills/${drill?.key}`)).text()).toContain(fault);
    const passed = (await served.samples('evenkeel_drill_last_passed'))[0]?.value;
    const judged = drills.findLast(({ verdict }) => verdict === 'kept' || verdict === 'broken');
    expect(passed).toBe(judged === undefined ? undefined : Number(judged.verdict === 'kept'));
    await seen(served, isWell);
    expect(await served.end()).toBe(0);
  });

  test('killed in the middle of a drain, it says so when it runs again, and the edge serves all the time', async () => {
    const first = await serveEdgeCommand(edge);
    await seen(first, isWell);
    const asked = await visitors();
    const answer = await first.ask({ does: 'drain', subject: 'lb1' });
    expect(answer.status).toBe(202);
    first.command.kill('SIGKILL');
    await first.command.ended;
    const second = await serveEdgeCommand(edge);
    const view = await seen(second, ({ look }) => look[0]?.state === 'fresh');
    expect(view.work.at(-1)).toMatchObject({ title: 'Drain lb1', state: 'unknown' });
    const lines = await asked.enough();
    expect(lines).toEqual([expect.stringMatching(/^asked \d\d+$/)]);
    // Whatever of the drain was done, one order puts everything back.
    const undrained = await edge.run('undrain', 'lb1');
    expect([0, 1], undrained.stderr).toContain(undrained.code);
    await edge.run('move', 'vip1', 'lb1');
    await seen(second, isWell);
    await second.end();
  });

  test('a host without power is a problem with its next command; what is left is known', async () => {
    const served = await serveEdgeCommand(edge);
    await seen(served, isWell);
    await labFault(lab.name, { kind: 'power-off', machine: 'lb2' });
    const view = await seen(served, ({ problems }) => problems.some(({ code }) => code === 'host-silent'));
    expect(holders(view)).toEqual(['lb1', 'lb1']);
    expect(view.problems.find(({ code }) => code === 'host-silent')).toMatchObject({
      subject: 'lb2',
      severity: 'error',
    });
    expect(view.operations.find(({ key }) => key === 'move vip1 lb2')?.refusal).toBe('lb2 does not answer');
    await labHeal(lab.name, ignoreEvents);
    await seen(served, isWell);
    await served.end();
  });
});
