import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleFile } from '../../test/kit/example-model.ts';
import { readModel } from './read-model.ts';

const example = readFileSync(exampleFile('devops.com'), 'utf8');
const dualStack = readFileSync(exampleFile('dual-stack'), 'utf8');

function codesOf(text: string): readonly string[] {
  const result = readModel({ file: 'edge.yaml', text });
  return result.ok ? result.value.warnings.map(({ code }) => code) : result.error.map(({ code }) => code);
}

/** Pieces that people and broken editors put into files. */
const debris = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    ':',
    '-',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '!x ',
    '|',
    '>',
    '%',
    '@',
    '~',
    '<<: ',
    '? ',
    '---\n',
    '...\n',
    '\n',
    '\r\n',
    '0',
    '-1',
    '1e999',
    'null',
    'true',
    'no',
    '192.168.10.11',
    'fd00::1',
    '0.0.0.0/0',
    '\u0000',
    '\ufffd',
    '\ud800',
    '🙂',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 8 }),
);

interface Cut {
  readonly at: number;
  readonly length: number;
  readonly piece: string;
}

const cuts = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 0, max: 30 }), piece: debris }),
  { minLength: 1, maxLength: 4 },
);

function mutate(text: string, changes: readonly Cut[]): string {
  let mutated = text;
  for (const { at, length, piece } of changes) {
    const start = Math.floor(at * mutated.length);
    mutated = mutated.slice(0, start) + piece + mutated.slice(start + length);
  }
  return mutated;
}

describe('readModel', () => {
  it('never throws on a damaged file: there is a model, or diagnostics that point into the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(example, dualStack), cuts, (text, changes) => {
        const damaged = mutate(text, changes);
        const result = readModel({ file: 'edge.yaml', text: damaged });
        const found = result.ok ? result.value.warnings : result.error;
        if (!result.ok) expect(result.error.some(({ severity }) => severity === 'error')).toBe(true);
        const lines = damaged.split('\n');
        for (const { position, source, code, message, fix } of found) {
          expect(code).toMatch(/^EK\d{3}$/);
          expect(message.length * fix.length).toBeGreaterThan(0);
          expect(position.line).toBeLessThanOrEqual(lines.length);
          expect(lines[position.line - 1]).toContain(source);
          expect(position.column).toBeLessThanOrEqual(source.length + 1);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(readModel({ file: 'edge.yaml', text }).ok).toBe(false);
      }),
    );
  });

  it('never throws on any data of the wrong shape', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'name',
          'networks',
          'hosts',
          'vips',
          'pools',
          'sites',
          'zones',
          'clients',
          'alerts',
          'lab',
          'ssh',
          'allow',
        ),
        fc.json({ maxDepth: 4 }),
        (key, json) => {
          const text = `version: 1\n${key}: ${json.replaceAll('\n', ' ')}\n`;
          expect(readModel({ file: 'edge.yaml', text }).ok).toBe(false);
        },
      ),
      // Once thrown on: a list of one that is no text.
      { examples: [['name', '[{}]']] },
    );
  });

  it('judges the meaning of the sound parts beside parts of the wrong shape', () => {
    const text = example
      .replace('gateway:', 'gatway:')
      .replace('192.168.10.200', '192.168.99.200')
      .replace('pool: web', 'pool: wob')
      .replace('algorithm: round-robin', 'algorithm: fastest');
    expect(codesOf(text)).toEqual(['EK201', 'EK407', 'EK204', 'EK301']);
  });

  it.each([
    ['a webhook', 'webhook: { url: "http://chat.example.com/hooks/edge", insecure: perhaps }'],
    ['mail', 'mail: { to: [a@example.com], from: b@example.com, host: mail.example.com, tls: none, insecure: 1 }'],
  ])('does not say that %s goes in the clear whose `insecure` can not be read', (_what, receiver) => {
    const withAlerts = (text: string, way: string) => `${text}\nalerts:\n  receivers:\n    chat: { ${way} }\n`;
    expect(codesOf(withAlerts(example, receiver))).toEqual(['EK203']);
    // Of a receiver that can be read it is said, whatever else is wrong.
    const readable = receiver.replace(/, insecure: \w+/, '');
    expect(codesOf(withAlerts(example.replace('gateway:', 'gatway:'), readable))).toEqual(['EK201', 'EK802']);
  });

  it.each([
    [
      'a balancer of the wrong shape',
      ['role: balancer, address: 192.168.10.12', 'role: balancr, address: 192.168.10.12'],
      ['EK204'],
    ],
    ['a nameserver without its address', [', address: 192.168.10.22', ''], ['EK202']],
    ['a network that cannot be read', ['192.168.10.0/24', '192.168.10.0'], ['EK210']],
    ['a pool of the wrong shape', ['{ backends: [web1, web2], algorithm: round-robin }', '[web1, web2]'], ['EK203']],
    ['a section under a wrong name', ['pools:', 'pool:'], ['EK201']],
    ['a backend of the wrong shape', ['[web1, web2]', '[web1, 2]'], ['EK203']],
    [
      'a host that stands twice',
      ['  lb2: { role: balancer, address: 192.168.10.12 }', '  lb1: { role: balancer, address: 192.168.10.12 }'],
      ['EK301', 'EK104'],
    ],
  ] as const)('says of %s only that, not what follows from it', (_what, [from, to], codes) => {
    expect(example).toContain(from);
    expect(codesOf(example.replace(from, to)).toSorted()).toEqual([...codes].toSorted());
  });
});
