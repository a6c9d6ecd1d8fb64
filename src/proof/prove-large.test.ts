import { expect, test } from 'vitest';
import { modelOfText } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import { proveFaults, prove } from './prove.ts';

/** 8 balancers, 64 VIPs, 8 web servers in 2 pools, 3 nameservers. */
function largeModel(): Model {
  const numbered = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index + 1)).join('\n');
  return modelOfText(`version: 1
name: large
networks:
  lan: { ipv4: 10.0.0.0/16, gateway: 10.0.0.1 }
hosts:
${numbered(3, (index) => `  dns${index}: { role: nameserver, address: 10.0.1.${index} }`)}
${numbered(8, (index) => `  lb${index}: { role: balancer, address: 10.0.2.${index} }`)}
${numbered(8, (index) => `  web${index}: { role: web, address: 10.0.3.${index} }`)}
vips:
${numbered(64, (index) => `  vip${index}: { address: 10.0.4.${index} }`)}
pools:
  blue: { backends: [web1, web2, web3, web4] }
  green: { backends: [web5, web6, web7, web8] }
sites:
  blue.example: { names: [blue.example], pool: blue, vips: [${Array.from({ length: 8 }, (_, index) => `vip${index + 1}`).join(', ')}] }
  green.example: { names: [green.example], pool: green, vips: [${Array.from({ length: 8 }, (_, index) => `vip${index + 9}`).join(', ')}] }
zones:
  blue.example: {}
  green.example: {}
`);
}

test('8 balancers and 64 VIPs: every double fault has an outcome for every VIP', () => {
  const model = largeModel();
  const proof = prove(model);
  // 8 x 6 of balancers, 56 + 28 of paths, 2 x 8 of backends, 2 pools, 3 nameservers, 1 gateway.
  // 154 failures, a planned move of each VIP, and guards: the agents of 8 + 3 hosts, two for each
  // backend, a stranger and a second holder for each VIP.
  // Only failures are paired.
  expect(proof.singles).toHaveLength(154 + 64 + 3 * 11 + 2 * 8 + 2 * 64);
  expect(proof.doubles).toHaveLength((154 * 153) / 2);
  expect(new Set(proof.doubles.map(({ name }) => name)).size).toBe(proof.doubles.length);
  expect(proof.doubles.every(({ vips }) => vips.length === 64)).toBe(true);
  expect(proof.refusals).toEqual([]);
});

test('what is remembered for many VIPs is what each one alone would get', () => {
  const model = largeModel();
  const outcomes = prove(model).doubles.filter((_, index) => index % 499 === 0);
  expect(outcomes.length).toBeGreaterThan(20);
  for (const outcome of outcomes) {
    const alone = model.vips.flatMap((vip) => proveFaults({ ...model, vips: [vip] }, outcome.faults).vips);
    expect(alone).toEqual(outcome.vips);
  }
});
