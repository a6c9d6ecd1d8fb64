import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { installLabTargets } from '../../src/drill/lab-target.ts';
import type { LoadOrder } from '../../src/drill/load-stream.ts';
import { openProbe } from '../../src/drill/open-probe.ts';
import type { ProbeRecord } from '../../src/drill/probe.ts';
import { evenkeel } from './cli.ts';
import { type EdgeLab, eventually } from './edge-lab.ts';
import { exampleFile, exampleModel } from './example-model.ts';

/** Configures a lab of devops.com as a person does, with a drill's targets on its web servers. Returns the edge's CA, as PEM. */
export async function applyWithTargets(lab: EdgeLab, flags: readonly string[]): Promise<string> {
  const applied = await evenkeel('apply', ...flags);
  expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  await installLabTargets({ lab: lab.name, hosts: ['web1', 'web2'].map((name) => lab.machine(name)) });
  const folder = join(dirname(exampleFile('devops.com')), '.evenkeel', exampleModel().name);
  return readFile(join(folder, 'ca', 'root.crt'), 'utf8');
}

/** Runs a load from the lab's client during `during`, which sees the records so far. Returns all, once every request has ended. */
export async function underLoad(
  lab: EdgeLab,
  order: LoadOrder,
  during: (seen: readonly ProbeRecord[]) => Promise<void>,
): Promise<readonly ProbeRecord[]> {
  const records: ProbeRecord[] = [];
  const place = { kind: 'lab', lab: lab.name, machine: 'client' } as const;
  const probe = await openProbe(order, place, (record) => records.push(record));
  try {
    await during(records);
  } finally {
    await probe.stop();
  }
  return records;
}

/** What went wrong under load: `STREAM: failure` for each request, `STREAM: result (why, and after how much)` for each long connection. */
export function lossesIn(records: readonly ProbeRecord[]): readonly string[] {
  return records.flatMap((record) => {
    if (record.kind === 'request' && record.failure !== undefined) return [`${record.stream}: ${record.failure}`];
    if (record.kind !== 'connection' || record.result === 'whole') return [];
    return [`${record.stream}: ${record.result} (${record.failure ?? 'no failure'} after ${record.bytes} bytes)`];
  });
}

/** Waits until each VIP is at home, and both agents are done with watching their balancer: what follows begins from nothing. */
export async function settledEdge(lab: EdgeLab): Promise<void> {
  await eventually(
    async () => {
      const files = await Promise.all(['lb1', 'lb2'].map((name) => lab.on(name, 'cat', '/run/evenkeel/settling')));
      return `${await holderCounts(lab)} ${files.map((text) => text.trim()).join()}`;
    },
    (state) => state === '1,1 0,0',
    120_000,
  );
}

/** How many VIPs lb1 and lb2 of devops.com hold: `1,1` when each is at home. */
export async function holderCounts(lab: EdgeLab): Promise<string> {
  const texts = await Promise.all(
    ['lb1', 'lb2'].map((name) => lab.on(name, 'ip', '-br', 'address', 'show', 'dev', 'eth0')),
  );
  const { vips } = exampleModel();
  return texts.map((text) => vips.filter((vip) => text.includes(`${vip.ipv4.text}/32`)).length).join();
}
