import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { Fault } from '../../src/base/fault.ts';
import { imageFolder } from '../../src/lab/image.ts';
import { labUp } from '../../src/lab/lab-up.ts';
import { labPackages, missingPackages } from '../../src/lab/packages.ts';
import { labTraces } from '../kit/lab-traces.ts';
import { smallLab, smallMachine } from '../kit/small-lab.ts';

const name = `needs-${process.pid}`;
const lab = smallLab(name, [smallMachine('lb1', 'balancer', 21)]);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync('/var/tmp/evenkeel-needs-');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function refusal(): Promise<Fault | undefined> {
  const error: unknown = await labUp(lab, ignoreEvents).catch((reason: unknown) => reason);
  return error instanceof Fault ? error : undefined;
}

describe('a lab on a computer that can not run it', () => {
  test('asks for root first', () => {
    const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
    const child = fileURLToPath(new URL('../kit/lab-up-child.ts', import.meta.url));
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const outcome = spawnSync('setpriv', [...nobody, node, child, JSON.stringify(lab)], { encoding: 'utf8' });
    expect(outcome.stdout).toContain('only root can start machines on this computer');
    expect(labTraces(name)).toEqual([]);
  });

  test('names the Debian packages that are missing', async () => {
    expect(await missingPackages()).toEqual([]);
    // A package database without packages (dpkg(1), DPKG_ADMINDIR).
    mkdirSync(`${folder}/info`);
    writeFileSync(`${folder}/status`, '');
    vi.stubEnv('DPKG_ADMINDIR', folder);
    expect(await missingPackages()).toEqual(labPackages);
    const fault = await refusal();
    expect(fault?.code).toBe('tool-missing');
    expect(fault?.message).toContain('systemd-container');
    expect(fault?.details.next).toBe(`apt-get install ${labPackages.join(' ')}`);
    expect(labTraces(name)).toEqual([]);
  });

  test('shows what a machine said that could not start, and leaves nothing', async () => {
    vi.stubEnv('EVENKEEL_CACHE', folder);
    const image = imageFolder(lab.release);
    mkdirSync(`${image}/etc`, { recursive: true });
    for (const file of ['passwd', 'group', 'shadow']) writeFileSync(`${image}/etc/${file}`, '');
    const fault = await refusal();
    expect(fault?.code).toBe('lab-machine-failed');
    expect(fault?.details.host).toBe('lb1');
    expect(fault?.details.said).toContain("doesn't look like");
    expect(labTraces(name)).toEqual([]);
  });
});
