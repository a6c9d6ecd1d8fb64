import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { ownFaults } from './own-faults.ts';
import { impossibleStep } from './step-order.ts';

const model = exampleModel();
const read = (text: string) => ownFaults(model, { file: 'faults.yaml', text });

/** A file with one fault, some of whose lines are replaced. */
function one(lines: Readonly<Record<string, string>> = {}): string {
  const whole: Record<string, string> = {
    name: 'mine',
    title: 'something breaks',
    cause: '[{ host: lb1, service: nginx, does: kill }]',
    heal: '[{ host: lb1, service: nginx, does: start }]',
    expect: '{ gap: 500ms }',
    ...lines,
  };
  const keys = Object.entries(whole).map(([key, value]) => `    ${key}: ${value}`);
  return ['version: 1', 'faults:', '  -', ...keys, ''].join('\n');
}
const codes = (text: string) => {
  const result = read(text);
  return result.ok ? [] : result.error.map(({ code }) => code);
};

test('the example of docs/drills.md is a file of faults', () => {
  const page = readFileSync(new URL('../../docs/drills.md', import.meta.url), 'utf8');
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const faults = read(example);
  if (!faults.ok) throw new Error(JSON.stringify(faults.error));
  expect(faults.value.map((fault) => [fault.name, fault.expect])).toEqual([
    ['both-web-servers-hang', { kind: 'given', longestGapMs: null }],
    ['slow-network', { kind: 'given', longestGapMs: 0 }],
    [
      'lb1-falls-apart',
      {
        kind: 'proof',
        faults: [
          { kind: 'nginx-dead', balancer: 'lb1' },
          { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'one-way' },
        ],
      },
    ],
  ]);
  expect(faults.value[2]?.heal).toEqual([
    { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'one-way', does: 'join' },
    { kind: 'service', host: 'lb1', service: 'nginx', does: 'start' },
  ]);
  for (const fault of faults.value) expect(impossibleStep(fault.cause)).toBeUndefined();
});

describe('a fault of your own', () => {
  test.each([
    [{}, []],
    [{ expect: '{ as: [nginx-dead:lb1] }' }, []],
    [{ cause: '[{ network: lan, does: down }]', heal: '[{ network: lan, does: up }]' }, []],
    [{ cause: '[{ host: lb1, does: power-off }]', heal: '[{ host: lb1, does: power-on }]' }, []],
    [{ cause: '[{ host: lb1, command: [reboot] }]', heal: '[{ host: lb2, command: ["true"] }]' }, []],
    [{ heal: '[{ host: lb2, service: nginx, does: start }]' }, ['EK703']],
    [{ cause: '[{ host: lb1, service: pdns, does: stop }]', heal: '[{ host: lb1, command: ["true"] }]' }, ['EK702']],
    [{ expect: '{ as: [nginx-dead:lb3] }' }, ['EK301']],
    [{ name: 'nginx-dead:lb1' }, ['EK205']],
    [{ cause: 'kill lb1' }, ['EK203']],
    [{ expect: '{ gap: 1 week }' }, ['EK207']],
    [{ title: '""' }, ['EK203']],
  ])('%o gives %o', (lines, wanted) => {
    expect(codes(one(lines))).toEqual(wanted);
  });

  test('in a file that is none', () => {
    expect(codes('')).toEqual(['EK108']);
    expect(codes('[]')).toEqual(['EK203']);
    expect(codes('version: 2\nfaults: []\n')).toEqual(['EK211']);
    expect(codes('version: 1\n')).toEqual(['EK202']);
    expect(codes('version: 1\nfaults: {}\n')).toEqual(['EK203']);
    expect(codes('version: 1\nfaults: [1]\n')).toEqual(['EK203']);
    expect(codes('a: b: c')).toEqual(['EK102']);
  });
});
