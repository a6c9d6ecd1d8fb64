import { expect, test } from 'vitest';
import { applyTo, bareMachines } from '../../test/kit/simulated-edge.ts';
import type { SimulatedMachine } from '../../test/kit/simulated-machine.ts';
import { desiredHosts, file } from '../../test/kit/small-edge.ts';
import type { DesiredHost } from '../render/desired-file.ts';

const unit = 'evenkeel-watch.service';
const path = `/etc/systemd/system/${unit}`;

/** A web server without the unit, and with it. */
const without = desiredHosts('v1').filter((host) => host.host === 'web1');
const withUnit = without.map((host): DesiredHost => ({
  ...host,
  units: [...host.units, unit],
  files: [...host.files, file(host.host, { path, text: '[Service]\n', activates: 'systemd-nginx' })],
}));

/** A machine on which the unit runs; `seen` gets each systemctl and whether the unit's file was there then. */
async function watched(): Promise<{ readonly machine: SimulatedMachine; readonly seen: string[] }> {
  const machines = bareMachines(['web1']);
  const machine = machines.get('web1');
  if (machine === undefined) throw new Error('no web1');
  machine.units.set(unit, { enabled: false, active: false, running: undefined });
  expect(await applyTo({ machines, desired: withUnit })).toMatchObject({ kind: 'done' });
  expect(machine.units.get(unit)).toMatchObject({ enabled: true, active: true });
  const seen: string[] = [];
  machine.refuse.command = ({ argv }) => {
    const words = argv.filter((word) => !/^-|^env$|=/.test(word));
    if (words[0] === 'systemctl' && words.includes(unit) && words[1] !== 'show') {
      seen.push(`${words.join(' ')}, its file ${machine.files.has(path) ? 'there' : 'gone'}`);
    }
    return undefined;
  };
  return { machine, seen };
}

test('a unit that is no longer wanted is stopped and disabled while its file is there', async () => {
  const { machine, seen } = await watched();
  const end = await applyTo({ machines: new Map([['web1', machine]]), desired: without, token: 'second' });
  expect(end).toMatchObject({ kind: 'done', changed: ['web1'] });
  expect(seen).toEqual([`systemctl stop ${unit}, its file there`, `systemctl disable ${unit}, its file there`]);
  expect(machine.files.has(path)).toBe(false);
});

test('the way back enables and starts it again, with its file', async () => {
  const { machine, seen } = await watched();
  const end = await applyTo({
    machines: new Map([['web1', machine]]),
    desired: without,
    token: 'second',
    verifier: { verify: () => Promise.resolve([{ kind: 'problem', text: 'not right' }]) },
    verifyMs: 20,
  });
  expect(end).toMatchObject({ kind: 'undone', host: 'web1' });
  expect(machine.units.get(unit)).toMatchObject({ enabled: true, active: true });
  expect(seen.slice(2)).toEqual([
    `systemctl enable ${unit}, its file there`,
    `systemctl reset-failed ${unit}, its file there`,
    `systemctl start ${unit}, its file there`,
  ]);
});
