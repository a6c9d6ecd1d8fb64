import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { belongsToLab, imagesFolder, labNamespace, labPaths, machineNamespace, portName } from './lab-paths.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe('the names of a lab', () => {
  test('never belong to another lab, whatever both are called', () => {
    fc.assert(
      fc.property(name, name, name, (lab, other, machine) => {
        expect(belongsToLab(lab, machineNamespace(lab, machine))).toBe(true);
        expect(belongsToLab(lab, labNamespace(lab))).toBe(true);
        expect(belongsToLab(lab, machineNamespace(other, machine))).toBe(lab === other);
        expect(belongsToLab(lab, labNamespace(other))).toBe(lab === other);
      }),
    );
  });

  test('fit into the kernel: 15 characters for a link', () => {
    expect(portName(9999, 99).length).toBeLessThanOrEqual(15);
  });
});

describe('the folders', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('are those of Debian, or those that the environment names', () => {
    expect(imagesFolder()).toBe('/var/cache/evenkeel/images');
    expect(labPaths('x').sshConfig).toBe('/var/lib/evenkeel/labs/x/ssh_config');
    vi.stubEnv('EVENKEEL_CACHE', '/big');
    vi.stubEnv('EVENKEEL_STATE', '/fast');
    expect(imagesFolder()).toBe('/big/images');
    expect(labPaths('x').lock).toBe('/fast/labs/.x.lock');
  });
});
