import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConnectionRecord, RequestRecord } from '../../src/facts/drill-records.ts';
import { type DrillSite, type RecordingProbe, recordProbe, startDrillSite } from '../kit/drill-site.ts';
import { freePort } from '../kit/free-port.ts';
import type { LoadOrder, LoadStream } from '../../src/drill/load-stream.ts';
import { openProbe } from '../../src/drill/open-probe.ts';
import { targetPaths } from '../../src/drill/target-paths.ts';

const patience = { timeout: 30_000, interval: 20 };

let site: DrillSite;
beforeEach(async () => {
  site = await startDrillSite(['localhost', 'devops.com']);
});
afterEach(() => site.close());

const base = () =>
  ({
    target: { kind: 'address', address: '127.0.0.1' },
    name: 'devops.com',
    port: site.port,
    path: targetPaths.ok,
    timeoutMs: 5_000,
  }) as const;
const news = (id: string): Extract<LoadStream, { kind: 'new-connection' }> => ({
  ...base(),
  kind: 'new-connection',
  id,
  everyMs: 20,
});
const download = (bytes: number, bytesPerSecond: number): LoadStream => ({
  ...base(),
  kind: 'download',
  id: 'download',
  clients: 1,
  bytes,
  bytesPerSecond,
  path: `${targetPaths.download}?bytes=${bytes}&seed=7`,
});
const upload = (bytes: number, bytesPerSecond: number): LoadStream => ({
  ...base(),
  kind: 'upload',
  id: 'upload',
  clients: 1,
  bytes,
  bytesPerSecond,
  path: targetPaths.upload,
});
const echo = (): LoadStream => ({
  ...base(),
  kind: 'websocket',
  id: 'echo',
  clients: 2,
  everyMs: 50,
  path: targetPaths.echo,
});
const kept = (clients = 2): LoadStream => ({ ...base(), kind: 'keep-alive', id: 'kept', clients, everyMs: 50 });

async function probing(streams: readonly LoadStream[], during: (probe: RecordingProbe) => Promise<void>) {
  const probe = await recordProbe({ streams, nameservers: [], ca: site.caPem });
  try {
    await during(probe);
  } finally {
    await probe.stop();
  }
  return probe.records;
}

const requests = (records: RecordingProbe['records'], id: string): readonly RequestRecord[] =>
  records.filter((record) => record.kind === 'request').filter((record) => record.stream === id);
const connections = (records: RecordingProbe['records']): readonly ConnectionRecord[] =>
  records.filter((record) => record.kind === 'connection');
const until = (claim: () => boolean): Promise<void> => vi.waitFor(() => expect(claim()).toBe(true), patience);
const failuresOf = (records: readonly { readonly failure: unknown }[]) => [
  ...new Set(records.map((record) => record.failure)),
];
/** What was seen of long connections, without times. */
const endsOf = (records: RecordingProbe['records']) =>
  connections(records).map(({ result, failure }) => (failure === undefined ? result : `${result} ${failure}`));

describe('new connections', () => {
  test('succeed, by address and by name, and name the server', async () => {
    const byName = { ...news('by name'), target: { kind: 'by-name' }, name: 'localhost' } as const;
    const records = await probing([news('vip1'), byName], async ({ records }) => {
      await until(() => requests(records, 'vip1').length > 20 && requests(records, 'by name').length > 20);
    });
    for (const id of ['vip1', 'by name']) {
      const seen = requests(records, id);
      expect(failuresOf(seen)).toEqual([undefined]);
      expect(new Set(seen.map(({ server, address }) => `${server} ${address}`))).toEqual(new Set(['web1 127.0.0.1']));
      expect(seen.every(({ start, end }) => start < end && Math.abs(start - Date.now()) < 600_000)).toBe(true);
    }
  });

  test('say how they failed', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const streams: readonly LoadStream[] = [
      { ...news('refused'), port: await freePort() },
      { ...news('other name'), name: 'other.example' },
      { ...news('silent'), port: address.port, timeoutMs: 1_000 },
      { ...news('no address'), target: { kind: 'by-name' }, name: 'nobody.invalid', timeoutMs: 1_000 },
    ];
    const records = await probing(streams, async ({ records }) => {
      await until(() => streams.every(({ id }) => requests(records, id).length > 2));
    });
    silent.close();
    expect(streams.map(({ id }) => [id, failuresOf(requests(records, id))])).toEqual([
      ['refused', ['refused']],
      ['other name', ['tls']],
      ['silent', ['tls']],
      ['no address', ['no-address']],
    ]);
  });

  test('a certificate of another CA is refused, also once a good one of that name is known', async () => {
    const stranger = await startDrillSite(['devops.com']);
    const records = await probing(
      [news('known'), { ...news('stranger'), port: stranger.port }],
      async ({ records }) => {
        await until(() => requests(records, 'known').length > 20 && requests(records, 'stranger').length > 20);
      },
    );
    await stranger.close();
    expect(failuresOf(requests(records, 'known'))).toEqual([undefined]);
    expect(failuresOf(requests(records, 'stranger'))).toEqual(['tls']);
  });

  test('no connection within the time: a full queue of a program that stands still', async () => {
    const script =
      "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})";
    const full = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said]: unknown[] = await once(full.stdout, 'data');
    full.kill('SIGSTOP');
    const stream = { ...news('full'), port: Number(String(said)), timeoutMs: 500 };
    await probing([stream], async ({ records }) => {
      await until(() => failuresOf(requests(records, 'full')).includes('connect-timeout'));
    });
    full.kill('SIGKILL');
  });

  test('start on schedule while the server hangs', async () => {
    const started: number[] = [];
    const records = await probing([{ ...news('vip1'), timeoutMs: 2_000 }], async ({ records }) => {
      await until(() => requests(records, 'vip1').length > 5);
      site.target.kill('SIGSTOP');
      await until(() => failuresOf(requests(records, 'vip1')).includes('no-answer'));
      site.target.kill('SIGCONT');
      await until(() => requests(records, 'vip1').at(-1)?.failure === undefined);
    });
    const hung = requests(records, 'vip1').filter(({ start, end }) => end - start > 500);
    started.push(...hung.map(({ start }) => start).sort((a, b) => a - b));
    // A client that waits for its answer would have started one; open loop starts one every 20 ms.
    expect(hung.length).toBeGreaterThan(50);
    const first = started[0] ?? 0;
    const spans = started.map((start, index) => start - first - index * 20);
    // The schedule is fixed: whatever hung, the last one is as many steps after the first as were counted.
    expect(Math.abs(spans.at(-1) ?? 0)).toBeLessThan(1_000);
  });

  test('one whose server is gone after the handshake was reset', async () => {
    const records = await probing([news('vip1')], async ({ records }) => {
      await until(() => requests(records, 'vip1').length > 5);
      site.target.kill('SIGKILL');
      await until(() => failuresOf(requests(records, 'vip1')).includes('reset'));
    });
    expect(failuresOf(requests(records, 'vip1'))).toEqual([undefined, 'reset']);
  });
});

describe('kept connections', () => {
  test('one for each client, with all its requests, which ends whole', async () => {
    const records = await probing([kept()], async ({ records }) => {
      await until(() => requests(records, 'kept').length > 20);
    });
    expect(failuresOf(requests(records, 'kept'))).toEqual([undefined]);
    expect(endsOf(records)).toEqual(['whole', 'whole']);
    expect(connections(records).every(({ server, bytes }) => server === 'web1' && bytes >= 3 * 5)).toBe(true);
  });

  test('one that is closed between requests is whole, one that is reset is broken; both are replaced', async () => {
    const slow: LoadStream = { ...base(), kind: 'keep-alive', id: 'kept', clients: 1, everyMs: 500 };
    const records = await probing([slow], async ({ records }) => {
      const answered = () => requests(records, 'kept').length;
      await until(() => answered() > 0);
      site.finish();
      await until(() => answered() > 1);
      site.reset();
      await until(() => answered() > 2);
    });
    expect(endsOf(records)).toEqual(['whole', 'broken reset', 'whole']);
    expect(failuresOf(requests(records, 'kept'))).toEqual([undefined]);
  });

  test('a server that hangs costs the requests of that time, on schedule, and no more', async () => {
    const records = await probing([kept(1)], async ({ records }) => {
      await until(() => requests(records, 'kept').length > 5);
      site.target.kill('SIGSTOP');
      await until(() => failuresOf(requests(records, 'kept')).includes('no-answer'));
      const before = requests(records, 'kept').length;
      site.target.kill('SIGCONT');
      await until(() => requests(records, 'kept').length > before + 30);
    });
    const seen = requests(records, 'kept');
    // Another connection may have been begun while it hung: its handshake fails.
    expect(failuresOf(seen).filter((failure) => failure !== 'tls')).toEqual([undefined, 'no-answer']);
    expect(seen.slice(-10).every(({ failure }) => failure === undefined)).toBe(true);
    // More than one had begun to wait when the first one's second was over.
    const first = seen.find(({ failure }) => failure === 'no-answer');
    const during = seen.filter(({ start }) => first !== undefined && start > first.start && start < first.end);
    expect(during.length).toBeGreaterThan(5);
    expect(endsOf(records)).toContain('broken no-answer');
    expect(endsOf(records).at(-1)).toBe('whole');
  });

  test('nobody there: each request says so', async () => {
    const records = await probing([{ ...kept(1), port: await freePort() }], async ({ records }) => {
      await until(() => requests(records, 'kept').length > 5);
    });
    expect(failuresOf(requests(records, 'kept'))).toEqual(['refused']);
    expect(connections(records)).toEqual([]);
  });
});

describe('long transfers', () => {
  test('downloads and uploads of the right bytes are whole, one after the other', async () => {
    const megabyte = 1024 * 1024;
    const streams = [download(megabyte, 4 * megabyte), upload(megabyte, 4 * megabyte)];
    const records = await probing(streams, async ({ records }) => {
      await until(() => ['download', 'upload'].every((id) => wholeOnes(records, id).length >= 2));
    });
    expect(connections(records).every(({ result, server }) => result === 'whole' && server !== 'web2')).toBe(true);
    for (const id of ['download', 'upload']) {
      const [first] = wholeOnes(records, id);
      expect(first).toMatchObject({ bytes: megabyte, server: 'web1' });
      // At four times its size a second it can't be much faster than a quarter of one.
      expect((first?.end ?? 0) - (first?.start ?? 0)).toBeGreaterThan(150);
    }
  });

  test.each([
    ['a server that dies breaks them', () => site.target.kill('SIGKILL'), 'broken reset'],
    ['a reset breaks them', () => site.reset(), 'broken reset'],
    ['a server that hangs breaks them', () => site.target.kill('SIGSTOP'), 'broken no-answer'],
  ])('%s', async (_what, harm, end) => {
    const streams = [download(50_000_000, 5_000_000), upload(50_000_000, 20_000_000), echo(), news('beside')];
    const records = await probing(streams, async ({ records }) => {
      // There is no record before one ends: the harm waits until so many others ended that bytes must have flowed.
      await until(() => requests(records, 'beside').length > 30);
      harm();
      await until(() => ['download', 'upload', 'echo'].every((id) => first(records, id) !== undefined));
    });
    for (const id of ['download', 'upload', 'echo']) {
      const { result, failure, bytes } = first(records, id) ?? { result: '', failure: '', bytes: 0 };
      expect([id, `${result} ${failure}`]).toEqual([id, end]);
      expect(bytes).toBeGreaterThan(0);
    }
  });

  test('a wrong byte is corrupt', async () => {
    const streams = [download(50_000_000, 5_000_000), upload(200_000, 1_000_000), echo()];
    const records = await probing(streams, async ({ records }) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      site.corrupt();
      await until(() => ['download', 'upload', 'echo'].every((id) => wrongOnes(records, id).length > 0));
    });
    expect(failuresOf(wrongOnes(records, 'download'))).toEqual(['wrong-bytes']);
  });

  test('a body of another length is corrupt', async () => {
    const stream = { ...download(100_000, 10_000_000), path: `${targetPaths.download}?bytes=99999&seed=7` };
    const records = await probing([stream], async ({ records }) => {
      await until(() => connections(records).length > 0);
    });
    expect(endsOf(records)[0]).toBe('corrupt wrong-bytes');
  });

  const of = (records: RecordingProbe['records'], id: string) =>
    connections(records).filter((record) => record.stream === id);
  const first = (records: RecordingProbe['records'], id: string) => of(records, id)[0];
  const wholeOnes = (records: RecordingProbe['records'], id: string) =>
    of(records, id).filter(({ result, bytes }) => result === 'whole' && bytes === 1024 * 1024);
  const wrongOnes = (records: RecordingProbe['records'], id: string) =>
    of(records, id).filter(({ result }) => result === 'corrupt');
});

describe('the probe', () => {
  test('says how late it was, at least once a second', async () => {
    const records = await probing([], async ({ records }) => {
      await until(() => records.filter(({ kind }) => kind === 'stall').length >= 3);
    });
    expect(records.every((record) => record.kind === 'stall' && record.lateMs >= 0)).toBe(true);
  });

  test('one that dies is a Fault', async () => {
    // There is no such port. The second of two streams begins half its rhythm later.
    const streams = [news('vip1'), { ...news('impossible'), port: 70_000, everyMs: 2_000 }];
    const probe = await recordProbe({ streams, nameservers: [], ca: site.caPem });
    await expect(probe.failed).rejects.toMatchObject({ details: { code: 'command-failed' } });
    await expect(probe.stop()).rejects.toMatchObject({ details: { code: 'command-failed' } });
  });

  test('one that does not begin is a Fault with its words', async () => {
    const watch = {
      nameserver: 'ns1',
      address: 'no address',
      names: ['devops.com'],
      families: [4],
      everyMs: 250,
    } as const;
    const order: LoadOrder = { streams: [], nameservers: [watch], ca: undefined };
    await expect(openProbe(order, { kind: 'here' }, () => undefined)).rejects.toMatchObject({
      details: { code: 'command-failed', said: expect.stringContaining('no address') },
    });
  });
});
