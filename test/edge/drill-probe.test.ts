import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { removeLabTargets } from '../../src/drill/lab-target.ts';
import { planLoad } from '../../src/drill/plan-load.ts';
import type { ProbeRecord } from '../../src/drill/probe.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { underLoad } from '../kit/loaded-lab.ts';
import { openSharedEdge } from '../kit/shared-edge.ts';

/** The load probe from a lab's client, through real balancers to the drill's target on real web servers. */
const model = exampleModel();
let lab: EdgeLab;
let ca = '';

beforeAll(async () => {
  ({ lab, ca } = await openSharedEdge());
});
afterAll(async () => {
  await lab.leave();
});

const targets = () => ({ lab: lab.name, hosts: ['web1', 'web2'].map((name) => lab.machine(name)) });
/** Less than a drill's, as several labs may run on this computer; transfers that end while somebody waits. */
const order = () =>
  planLoad(model, {
    target: 'drill-target',
    ca,
    rates: {
      newConnectionEveryMs: 100,
      byNameEveryMs: 200,
      keepAliveClients: 2,
      downloadBytes: 2 * 1024 * 1024,
      uploadBytes: 1024 * 1024,
    },
  });

/** Runs the load during `during`, which sees the records so far. */
async function loaded(during: (records: readonly ProbeRecord[]) => Promise<void>): Promise<readonly ProbeRecord[]> {
  return underLoad(lab, order(), during);
}

/** The streams that have succeeded since `since`, and the nameservers that have answered. */
function successes(records: readonly ProbeRecord[], since: number): ReadonlySet<string> {
  const ids = records.flatMap((record) => {
    switch (record.kind) {
      case 'request':
        return record.failure === undefined && record.start > since ? [record.stream] : [];
      case 'connection':
        return record.result === 'whole' && record.end > since && record.bytes > 0 ? [record.stream] : [];
      case 'answer':
        return record.failure === undefined && record.at > since ? [record.nameserver] : [];
      case 'stall':
        return [];
    }
  });
  return new Set(ids);
}

/** WebSockets last until the end, so nothing is written of one that is well. */
const written = (id: string): boolean => !id.endsWith('websocket');
const streamIds = (): readonly string[] => order().streams.map((stream) => stream.id);
const watched = (): readonly string[] => order().nameservers.map((watch) => watch.nameserver);

async function allSucceed(records: readonly ProbeRecord[], since: number): Promise<void> {
  // Kept connections are written when they end, their requests as they come.
  const wanted = [...streamIds().filter(written), ...watched()];
  await eventually(
    async () => wanted.filter((id) => !successes(records, since).has(id)),
    (missing) => missing.length === 0,
    120_000,
  );
}

const answeredRequests = (records: readonly ProbeRecord[]) =>
  records.filter((record) => record.kind === 'request').filter(({ failure }) => failure === undefined);

/** Web servers that have answered no request, and VIPs that no request by name has reached: chance decides when each is met. */
function notMet(records: readonly ProbeRecord[]): readonly string[] {
  const requests = answeredRequests(records);
  const servers = new Set(requests.map(({ server }) => server));
  const byName = new Set(requests.filter(({ stream }) => stream === 'by name').map(({ address }) => address));
  return [...['web1', 'web2'].filter((name) => !servers.has(name)), ...vipTexts().filter((vip) => !byName.has(vip))];
}

/** Whether each nameserver has answered with every VIP. */
function everyVipAnswered(records: readonly ProbeRecord[]): boolean {
  const answers = records.filter((record) => record.kind === 'answer').filter(({ failure }) => failure === undefined);
  return watched().every((nameserver) =>
    answers.some((answer) => answer.nameserver === nameserver && isDeepStrictEqual(answer.addresses, vipTexts())),
  );
}

const vipTexts = (): readonly string[] => model.vips.map((vip) => vip.ipv4.text).sort();

test('every stream succeeds through both VIPs, by name, and says which web server answered', async () => {
  const records = await loaded(async (seen) => {
    await allSucceed(seen, 0);
    await eventually(
      async () => ({ notMet: notMet(seen), everyVipAnswered: everyVipAnswered(seen) }),
      (state) => state.notMet.length === 0 && state.everyVipAnswered,
      120_000,
    );
  });
  expect([...successes(records, 0)].sort()).toEqual([...streamIds(), ...watched()].sort());
  const requests = answeredRequests(records);
  const answered = new Set(requests.map(({ server }) => server));
  const reached = new Set(requests.map(({ address }) => address));
  expect({ answered, reached }).toEqual({ answered: new Set(['web1', 'web2']), reached: new Set(vipTexts()) });
});

test('NGINX killed on lb1: failures are seen, and all goes on', async () => {
  const records = await loaded(async (seen) => {
    await allSucceed(seen, 0);
    const { before } = await labFault(lab.name, {
      kind: 'kill',
      machine: 'lb1',
      service: 'nginx',
      processes: 'all',
    });
    await allSucceed(seen, before);
    await labHeal(lab.name, ignoreEvents);
  });
  const failed = records.flatMap((record) =>
    (record.kind === 'request' || record.kind === 'connection') && record.failure !== undefined ? [record.stream] : [],
  );
  expect(failed.some((stream) => stream.startsWith('vip1'))).toBe(true);
});

test('a web server has its target back after a power cut, and loses all of it on removal', async () => {
  await labFault(lab.name, { kind: 'power-off', machine: 'web1' });
  await labFault(lab.name, { kind: 'power-on', machine: 'web1' });
  const ask = ['curl', '-sS', '--max-time', '5', '--include', 'http://127.0.0.1/.evenkeel-drill/ok'] as const;
  await eventually(
    () => lab.on('web1', ...ask),
    (answer) => answer.includes('Evenkeel-Drill-Server: web1'),
  );
  await removeLabTargets(targets());
  await eventually(
    () => lab.on('web1', ...ask),
    (answer) => answer.startsWith('HTTP/1.1 404'),
  );
  const places = ['/etc/nginx', '/usr/local/lib', '/etc/systemd/system'] as const;
  expect(await lab.on('web1', 'find', ...places, '-name', '*drill*')).toBe('');
  // Taking away what is not there is no error.
  await removeLabTargets(targets());
});
