import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { allPairs, chooseFaults, repeatFaults, withoutGuards } from './choose-faults.ts';
import { guardFaults } from '../proof/fault.ts';
import { drillFaults } from './drill-faults.ts';

const known = drillFaults(exampleModel());
const chosen = (...names: readonly string[]): readonly string[] => {
  const choice = chooseFaults(names, known);
  return choice.ok ? choice.value.map((fault) => fault.name) : choice.error;
};

test('names, patterns, kinds and pairs', () => {
  expect(chosen('nginx-dead:lb2', 'nginx-dead:lb1')).toEqual(['nginx-dead:lb2', 'nginx-dead:lb1']);
  expect(chosen('nginx-dead:*')).toEqual(['nginx-dead:lb1', 'nginx-dead:lb2']);
  expect(chosen('nginx-dead')).toEqual(['nginx-dead:lb1', 'nginx-dead:lb2']);
  expect(chosen('*:lb1')).toContain('balancer-off:lb1');
  expect(chosen('*:lb1')).not.toContain('balancer-off:lb2');
  expect(chosen('partition:*=*')).toEqual(['partition:lb1=lb2']);
  expect(chosen('balancer-off:lb1+nameserver-off:dns1')).toEqual(['balancer-off:lb1+nameserver-off:dns1']);
});

test('a fault asked for twice is caused once', () => {
  expect(chosen('nginx-dead:lb1', 'nginx-dead:*')).toEqual(['nginx-dead:lb1', 'nginx-dead:lb2']);
  expect(chosen('nginx-dead:*+nginx-dead:*')).toEqual(['nginx-dead:lb1+nginx-dead:lb2']);
});

test('what is none is said, all of it, with the nearest', () => {
  expect(chosen('nginx-ded:lb1', 'x', 'nginx-dead:lb1')).toEqual([
    'there is no fault nginx-ded:lb1: did you mean nginx-dead:lb1?',
    'there is no fault x: evenkeel drill list has all of them',
  ]);
  expect(chosen('nginx-dead:lb1+nginx-dead:lb1')).toEqual(['nginx-dead:lb1+nginx-dead:lb1 names the same fault twice']);
  expect(chosen('a+b+c')).toEqual(['a+b+c: at most two faults can be caused at once']);
  expect(chosen()).toEqual(['no fault was asked for']);
});

test('a matrix leaves out what breaks only guards', () => {
  const names = withoutGuards(known).map(({ name }) => name);
  expect(names).toContain('planned-move:vip1>lb2');
  expect(known.filter(({ name }) => !names.includes(name)).map(({ name }) => name.split(':')[0])).toEqual(
    guardFaults(exampleModel()).map(({ kind }) => kind),
  );
});

test('all pairs, each once', () => {
  const names = allPairs(known).map((fault) => fault.name);
  expect(names).toHaveLength((known.length * (known.length - 1)) / 2);
  expect(new Set(names).size).toBe(names.length);
});

test('a repeated matrix goes through all faults before it begins again', () => {
  const choice = chooseFaults(['nginx-dead'], known);
  if (!choice.ok) throw new Error('no such faults');
  expect(repeatFaults(choice.value, 2).map((fault) => fault.name)).toEqual([
    'nginx-dead:lb1',
    'nginx-dead:lb2',
    'nginx-dead:lb1',
    'nginx-dead:lb2',
  ]);
  expect(repeatFaults(choice.value, 1)).toEqual(choice.value);
});
