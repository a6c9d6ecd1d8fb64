import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyTo, bareMachines, planOf } from '../../test/kit/simulated-edge.ts';
import type { Machines } from '../../test/kit/simulated-edge.ts';
import { configurationOf } from '../../test/kit/simulated-machine.ts';
import { desiredHosts, file } from '../../test/kit/small-edge.ts';
import { Fault } from '../base/fault.ts';
import { isEmptyPlan } from '../plan/plan.ts';
import type { Activation, DesiredFile, DesiredHost } from '../render/desired-file.ts';

type Version = 'bare' | 'v1' | 'v2';

function edge(version: Version, host: string): readonly DesiredHost[] {
  return version === 'bare' ? [] : desiredHosts(version).filter((one) => one.host === host);
}

async function machinesAt(version: Version, host: string): Promise<Machines> {
  const machines = bareMachines([host]);
  if (version !== 'bare') await applyTo({ machines, desired: edge(version, host) });
  return machines;
}

/** What each daemon runs with; undefined for one that does not run. */
function running(machines: Machines): ReadonlyMap<string, string | undefined> {
  const units = [...machines.values()].flatMap((machine) => [...machine.units]);
  return new Map(units.map(([name, unit]) => [name, unit.active ? unit.running : undefined]));
}

/** How an apply with a broken connection ended; what the reader is told matters in other tests. */
async function attempt(machines: Machines, desired: readonly DesiredHost[], at: number): Promise<'whole' | 'broken'> {
  const [host = ''] = machines.keys();
  const moment = (['before', 'halfway', 'after'] as const)[at % 3] ?? 'before';
  const crash = { host, crash: { at: Math.floor(at / 3) + 1, moment } };
  try {
    const end = await applyTo({ machines, desired, crash, token: 'crashed' });
    return end.kind === 'done' ? 'whole' : 'broken';
  } catch (error) {
    if (error instanceof Fault && error.code === 'host-unreachable') return 'broken';
    throw error;
  }
}

/** The dead apply left its lock; on a real host it is replaced because its process is gone or after 90 s. */
function forgetLock(machines: Machines): void {
  for (const machine of machines.values()) machine.files.delete('/run/evenkeel/apply.lock');
}

describe.each([
  ['bare', 'v1', 'lb1'],
  ['v1', 'v2', 'lb1'],
  ['bare', 'v1', 'dns1'],
  ['v1', 'v2', 'dns1'],
] as const)('from %s to %s on %s, the connection lost for ever at every single operation', (...[from, to, host]) => {
  test('each daemon runs with all of the old or all of the new, and the next apply finishes', async () => {
    const old = running(await machinesAt(from, host));
    const fresh = running(await machinesAt(to, host));
    let broken = 0;
    for (let at = 0; ; at++) {
      const machines = await machinesAt(from, host);
      const outcome = await attempt(machines, edge(to, host), at);
      for (const [unit, configuration] of running(machines)) {
        expect([old.get(unit), fresh.get(unit)], `${unit} after a crash at ${at}`).toContain(configuration);
      }
      forgetLock(machines);
      expect(await applyTo({ machines, desired: edge(to, host) }), `the apply after ${at}`).toMatchObject({
        kind: 'done',
      });
      expect(running(machines)).toEqual(fresh);
      for (const machine of machines.values()) {
        for (const [unit, state] of machine.units) expect(state.running).toBe(configurationOf(machine.files, unit));
      }
      expect(isEmptyPlan(await planOf(machines, edge(to, host))), `the plan after ${at}`).toBe(true);
      if (outcome === 'whole') break;
      broken++;
    }
    expect(broken).toBeGreaterThan(30);
  });

  test('and when that next apply fails too, what was there before the first is back', async () => {
    const old = running(await machinesAt(from, host));
    const verifier = { verify: () => Promise.resolve([{ kind: 'problem', text: 'wrong' } as const]) };
    for (let at = 0; ; at++) {
      const machines = await machinesAt(from, host);
      if ((await attempt(machines, edge(to, host), at)) === 'whole') break;
      forgetLock(machines);
      const end = await applyTo({ machines, desired: edge(to, host), verifier, verifyMs: 2 });
      // Everything but the last record was done: then there is nothing left to fail.
      if (end.kind === 'done') continue;
      expect(end.kind, `the apply after ${at}`).toBe('undone');
      for (const [unit, configuration] of running(machines)) {
        expect(configuration, `${unit} after a crash at ${at}`).toBe(old.get(unit));
      }
    }
  });
});

const paths: readonly (readonly [string, Activation])[] = [
  ['/etc/nginx/nginx.conf', 'nginx'],
  ['/etc/nginx/a.conf', 'nginx'],
  ['/etc/nginx/b.conf', 'nginx'],
  ['/etc/systemd/system/nginx.service.d/evenkeel.conf', 'systemd-nginx'],
  ['/etc/other', 'none'],
];

test('whatever is desired, an apply makes its plan empty, and the last files are there and no others', async () => {
  const wanted = fc.uniqueArray(
    fc.record({ file: fc.constantFrom(...paths), text: fc.string(), mode: fc.constantFrom(0o644, 0o600) }),
    { selector: (one) => one.file[0] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(wanted, { minLength: 1, maxLength: 4 }), async (generations) => {
      const machines = bareMachines(['web1']);
      for (const generation of generations) {
        const files: readonly DesiredFile[] = generation
          .map(({ file: [path, activates], text, mode }) => file('web1', { path, text, activates, mode }))
          .toSorted((a, b) => (a.path < b.path ? -1 : 1));
        const desired: readonly DesiredHost[] = [
          { host: 'web1', release: 'debian13', packages: ['nginx'], units: ['nginx.service'], programs: [], files },
        ];
        expect(await applyTo({ machines, desired })).toMatchObject({ kind: 'done' });
        expect(isEmptyPlan(await planOf(machines, desired))).toBe(true);
        const [machine] = machines.values();
        const there = [...(machine?.files.keys() ?? [])].filter((path) => path.startsWith('/etc/'));
        // Debian's own nginx.conf comes back when we have none.
        expect(there.sort()).toEqual([...new Set(['/etc/nginx/nginx.conf', ...files.map((one) => one.path)])].sort());
      }
    }),
    { numRuns: 60 },
  );
});
