import { describe, expect, test } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { assertDefinition } from './definition.ts';
import { labOfModel } from './lab-of-model.ts';

describe('the lab of an edge', () => {
  test('has a machine for each host and a client that asks the edge’s nameservers', () => {
    const lab = labOfModel(exampleModel(), { release: 'debian13' });
    expect(lab.machines.map((machine) => machine.name)).toEqual([
      'lb1',
      'lb2',
      'dns1',
      'dns2',
      'web1',
      'web2',
      'client',
    ]);
    expect(lab.machines.at(-1)?.resolvers).toEqual(['192.168.10.21', '192.168.10.22']);
    expect(lab.machines.every((machine) => machine.standIn === undefined)).toBe(true);
  });

  test('plays the web servers that evenkeel does not manage, and makes no login there', () => {
    const lab = labOfModel(dualStackModel(), { release: 'debian12', suffix: 'x' });
    assertDefinition(lab);
    const legacy = lab.machines.find((machine) => machine.name === 'legacy');
    expect(legacy?.standIn).toEqual({ ports: [8080], answers: [] });
    expect(legacy?.user).toBeUndefined();
    expect(lab.machines.filter((machine) => machine.standIn !== undefined)).toHaveLength(1);
    expect(lab.machines.find((machine) => machine.name === 'lb1')?.user).toBe('admin');
  });
});
