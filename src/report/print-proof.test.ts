import { expect, test } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { referenceModel } from '../model/reference-model.ts';
import { faultsName, type ModelFault } from '../proof/fault.ts';
import type { FaultOutcome, Outage, Proof } from '../proof/promise.ts';
import { prove } from '../proof/prove.ts';
import { printProof } from './print-proof.ts';
import { proofJson } from './proof-json.ts';
import { proofInWords } from './proof-words.ts';
import { plainStyle } from './text-style.ts';

const takeOver: Outage = {
  kind: 'bounded',
  ms: 156,
  terms: [
    { what: 'noticed', ms: 100 },
    { what: 'skew: 16/256 of an advert', ms: 6 },
    { what: 'take-over', ms: 50 },
  ],
};

function outcome(fault: ModelFault, changes: Partial<FaultOutcome> = {}): FaultOutcome {
  return {
    faults: [fault],
    name: faultsName([fault]),
    vips: [{ vip: 'vip1', holders: ['lb2'], working: ['lb2'], outage: takeOver, connections: 'broken' }],
    nameservers: [
      { nameserver: 'dns1', answers: true, vips: ['vip1'] },
      { nameserver: 'dns2', answers: true, vips: ['vip1'] },
    ],
    pools: [{ pool: 'web', up: ['web1'], served: true, outage: { kind: 'none' } }],
    byName: takeOver,
    outage: takeOver,
    served: 'everybody',
    notes: [],
    ...changes,
  };
}

const dead = (balancer: string): ModelFault => ({ kind: 'nginx-dead', balancer });
const slower: Outage = { kind: 'bounded', ms: 339, terms: [{ what: 'three adverts missed', ms: 339 }] };
const kept: Proof = {
  edge: 'devops',
  singles: [
    outcome(dead('lb1')),
    outcome(dead('lb2'), { outage: { ...takeOver, ms: 160 } }),
    outcome({ kind: 'balancer-off', balancer: 'lb1' }, { outage: slower }),
  ],
  doubles: [],
  refusals: [],
  acceptedRisks: [],
};

test('the verdict comes first, with the longest promised outage', () => {
  expect(proofInWords(kept)).toBe(
    'every single fault is survived; the longest promised outage is 339 ms (balancer-off:lb1)',
  );
});

test('faults that end alike are one row that promises no less than the worst; full has a row for each', () => {
  const short = printProof(kept, plainStyle);
  expect(short).toMatch(/^ {2}nginx-dead +lb1 or lb2 +160 ms +all +vip1 to lb2 +every VIP$/m);
  const full = printProof(kept, plainStyle, 'full');
  expect(full).toMatch(/^ {2}nginx-dead +lb1 +156 ms/m);
  expect(full).toMatch(/^ {2}nginx-dead +lb2 +160 ms/m);
});

test('a promise is shown as a sum, each part explained where it comes first', () => {
  const text = printProof(kept, plainStyle, 'full');
  expect(text).toContain('    100 ms noticed + 6 ms skew: 16/256 of an advert + 50 ms take-over = 156 ms');
  expect(text).toContain('    100 ms noticed + 6 ms skew + 50 ms take-over = 160 ms');
});

test('who is not served, two holders, a silent nameserver and what lasts are said in words', () => {
  const gone: Outage = { kind: 'until-repaired', why: 'no backend of the pool web answers' };
  const text = printProof(
    {
      ...kept,
      singles: [
        outcome(
          { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' },
          {
            vips: [
              {
                vip: 'vip1',
                holders: ['lb1', 'lb2'],
                working: ['lb1', 'lb2'],
                outage: takeOver,
                connections: 'broken',
              },
            ],
            notes: ['two hold it'],
          },
        ),
        outcome({ kind: 'pool-dead', pool: 'web' }, { vips: [], outage: gone, served: 'nobody' }),
        outcome(
          { kind: 'nameserver-off', nameserver: 'dns1' },
          { vips: [], nameservers: [{ nameserver: 'dns1', answers: false, vips: [] }] },
        ),
      ],
    },
    plainStyle,
  );
  expect(text).toContain('every single fault is survived but pool-dead:web;');
  expect(text).toMatch(/two-way partition +lb1=lb2 .*vip1 on lb1 and lb2/);
  expect(text).toMatch(/pool-dead +web +repair +nobody/);
  expect(text).toContain('until repaired: no backend of the pool web answers');
  expect(text).toMatch(/nameserver-off .*dns1 silent/);
  expect(text).toContain('    two hold it');
});

test('a refusal is said first, with the computed consequence and a fix', () => {
  const text = printProof(
    {
      ...kept,
      refusals: [
        {
          code: 'weight-too-small',
          fault: 'nginx-dead:lb1',
          vip: 'vip1',
          message: '152 - 3 is still more than 101',
          fix: 'weight 0',
        },
      ],
    },
    plainStyle,
  );
  expect(text.split('\n').slice(0, 5)).toEqual([
    `Proof: refused: 1 reason why this edge can't fail over`,
    '',
    'refused  weight-too-small  nginx-dead:lb1, vip1',
    '  152 - 3 is still more than 101',
    '  fix: weight 0',
  ]);
});

test.each([
  ['the example', exampleModel()],
  ['three balancers', dualStackModel()],
  ['the reference', referenceModel(exampleModel())],
])('%s fits 100 columns, folded', (_, model) => {
  const proof = prove(model);
  const text = printProof(proof, plainStyle);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  // Folded rows, and the lines of refusals.
  const rows = text.split('\n').filter((line) => /^ {2}[a-z]/.test(line)).length;
  expect(rows).toBeLessThan(proof.singles.length);
  const risks = [...text.matchAll(/^ {2,6}(\d+) {2}(?:two|with|a) /gm)].map(([, count]) => Number(count));
  expect(risks.reduce((sum, count) => sum + count, 0)).toBe(proof.acceptedRisks.length);
});

test('as JSON, double faults are told in short unless all is asked for', () => {
  const proof = prove(exampleModel());
  const short = proofJson(proof, 'short');
  expect(short.doubles[0]).toEqual({ name: proof.doubles[0]?.name, outage: expect.anything(), served: 'nobody' });
  expect(JSON.parse(JSON.stringify(proofJson(proof, 'full'))).doubles).toEqual(proof.doubles);
});
