import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { bareMachines, modelOf } from '../../test/kit/simulated-edge.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import type { Host } from '../hosts/host.ts';
import { planLook } from './plan-look.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-plan-look-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

const names = ['dns1', 'dns2'];
const invocation = { program: 'bin/evenkeel', file: undefined, suffix: undefined, lab: false };

function look(hosts: ReadonlyMap<string, Host>) {
  const edge = {
    file: 'edge.yaml',
    directory,
    stateDirectory: join(directory, '.evenkeel', 'small'),
    text: '',
    model: modelOf(names),
  };
  return planLook({ now: () => new Date(), invocation }, edge, { hosts });
}

test('bare hosts differ from the file; nothing is written on them, and no key stands in the text', async () => {
  const machines = bareMachines(names);
  const hosts = new Map([...machines].map(([name, machine]) => [name, machine.connect()]));
  const found = await look(hosts);
  expect([found.state, found.hosts.toSorted()]).toEqual(['changes', names]);
  expect(found.counts?.map(({ host, drifted }) => [host, drifted]).toSorted()).toEqual([
    ['dns1', 0],
    ['dns2', 0],
  ]);
  for (const { changes } of found.counts ?? []) expect(changes).toBeGreaterThan(0);
  expect(found.text).toMatch(/^dns1 \(nameserver\)/m);
  const again = await look(hosts);
  expect(again).toEqual(found);
  const keys = readdirSync(join(directory, '.evenkeel', 'small'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.key'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trim());
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(found.text).not.toContain(key.split('\n')[1] ?? key);
});

test('a host that is gone is a Fault, and the connections to the others stay open', async () => {
  const machines = bareMachines(names);
  const hosts = new Map(
    [...machines].map(([name, machine]) => [
      name,
      machine.connect(name === 'dns2' ? { at: 1, moment: 'before' } : undefined),
    ]),
  );
  expect(await thrownFault(look(hosts))).toMatchObject({ code: 'host-unreachable' });
  expect(await hosts.get('dns1')?.read(['/etc/none'])).toMatchObject([{ kind: 'absent' }]);
});
