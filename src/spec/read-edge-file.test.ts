import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleFile } from '../../test/kit/example-model.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { sizeLimit, tooLarge } from './file-size.ts';
import { readEdgeFile } from './read-edge-file.ts';

const example = readFileSync(exampleFile('devops.com'), 'utf8');

function diagnosticsOf(text: string): readonly Diagnostic[] {
  const read = readEdgeFile({ file: 'edge.yaml', text });
  return read.ok ? [] : read.error;
}

function codesOf(text: string): readonly string[] {
  return diagnosticsOf(text).map(({ code }) => code);
}

/** How long `work` takes, the best of three: other work on this computer must not fail a test. */
function bestMs(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}

describe('readEdgeFile', () => {
  it('gives what was written, with nothing filled in', () => {
    const read = readEdgeFile({ file: 'edge.yaml', text: example });
    expect(read).toMatchObject({
      ok: true,
      value: {
        spec: {
          version: 1,
          name: 'devops',
          vips: { vip1: { address: '192.168.10.100', preferred: 'lb1' } },
          zones: { 'devops.com': {} },
        },
      },
    });
    expect(read.ok && Object.keys(read.value.spec.hosts['lb1'] ?? {})).toEqual(['role', 'address']);
    expect(read.ok && read.value.spec.failover).toBeUndefined();
  });

  it.each([
    ['a byte order mark', `\ufeff${example}`],
    ['Windows line ends', example.replaceAll('\n', '\r\n')],
    [
      'block style',
      example.replace(
        '{ backends: [web1, web2], algorithm: round-robin }',
        '\n    backends:\n      - web1\n      - web2',
      ),
    ],
    ['a document marker and end', `---\n${example}...\n`],
    [
      'an alias for a value',
      example
        .replace('[web1, web2]', '&all [web1, web2]')
        .replace('algorithm: round-robin }', '}\n  more: { backends: *all }'),
    ],
    ['a key in quotes', example.replace('lb1: {', '"lb1": {')],
  ])('reads a file with %s', (_what, text) => {
    expect(diagnosticsOf(text)).toEqual([]);
  });

  it('points at the value, with line, column and length, and shows the line', () => {
    const text = example.replace('preferred: lb1', 'preferred: LB1');
    const line = example.split('\n').findIndex((each) => each.includes('preferred: lb1')) + 1;
    expect(diagnosticsOf(text)).toMatchObject([
      {
        code: 'EK205',
        severity: 'error',
        file: 'edge.yaml',
        position: { line, column: 47, length: 3 },
        source: '  vip1: { address: 192.168.10.100, preferred: LB1 }',
      },
    ]);
  });

  it('keeps positions in a file with Windows line ends', () => {
    const text = example.replace('preferred: lb1', 'preferred: LB1').replaceAll('\n', '\r\n');
    expect(diagnosticsOf(text)).toMatchObject([
      { position: { column: 47, length: 3 }, source: '  vip1: { address: 192.168.10.100, preferred: LB1 }' },
    ]);
  });

  it('points at the anchored text when a value behind an alias is wrong', () => {
    const text = example
      .replace('address: 192.168.10.31', 'address: &a 192.168.10.310')
      .replace('address: 192.168.10.32', 'address: *a');
    const found = diagnosticsOf(text);
    expect(found.map(({ code }) => code)).toEqual(['EK209', 'EK209']);
    expect(
      found.map(({ source, position }) => source.slice(position.column - 1, position.column - 1 + position.length)),
    ).toEqual(['192.168.10.310', '*a']);
  });

  it('names all unknown keys at once and suggests only keys that are not there yet', () => {
    const found = diagnosticsOf(
      example.replace('role: web, address: 192.168.10.31', 'role: web, address: 192.168.10.31, adress: x, colour: red'),
    );
    expect(found.map(({ message, fix }) => [message, fix.split(';')[0]])).toEqual([
      ['unknown key `adress` in `hosts.web1`', 'the keys here are role, address, network, interface, managed and ssh'],
      ['unknown key `colour` in `hosts.web1`', 'the keys here are role, address, network, interface, managed and ssh'],
    ]);
  });

  it('does not take inherited names for keys', () => {
    expect(codesOf(`${example}toString: 1\nhasOwnProperty: 2\n`)).toEqual(['EK201', 'EK201']);
    expect(codesOf(`${example}constructor: { prototype: { a: 1 } }\n`)).toEqual(['EK201']);
    expect(codesOf(`${example}__proto__: { polluted: true }\n`)).toEqual(['EK205']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

/** What blows up takes minutes or never ends; what does not is done long before this, also on a busy machine. */
const patienceMs = 20_000;

describe('readEdgeFile, bad worlds', () => {
  it('refuses a file of 10 MB without reading it', () => {
    const text = example.padEnd(10_000_000, '#');
    expect(diagnosticsOf(text)).toMatchObject([{ code: 'EK101', message: expect.stringContaining('9.5 MiB') }]);
    expect(bestMs(() => void diagnosticsOf(text))).toBeLessThan(patienceMs);
    expect(tooLarge('edge.yaml', 10_000_000).code).toBe('EK101');
    expect(codesOf(example.padEnd(sizeLimit, '#'))).toEqual([]);
  });

  it('refuses a billion laughs at once', () => {
    const letters = 'abcdefghijklmno'.split('');
    const lines = letters.map((letter, index) => {
      const inner = index === 0 ? 'x' : `*${letters[index - 1]}`;
      return `${letter}: &${letter} [${Array(10).fill(inner).join(', ')}]`;
    });
    const text = `${example}${lines.join('\n')}\n`;
    expect(codesOf(text)).toEqual(['EK106']);
    expect(bestMs(() => void diagnosticsOf(text))).toBeLessThan(patienceMs);
  });

  it.each([
    ['brackets', '['.repeat(500_000)],
    ['maps', '{a: '.repeat(200_000)],
    ['dashes', '- '.repeat(500_000)],
    ['question marks', '? '.repeat(500_000)],
  ])('refuses deep nesting of %s at once', (_what, text) => {
    expect(codesOf(text)).toEqual(['EK112']);
    expect(bestMs(() => void diagnosticsOf(text))).toBeLessThan(patienceMs);
  });

  it('refuses deep indentation', () => {
    const text = Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
    expect(codesOf(text)).toEqual(['EK112']);
  });

  it('reads ten thousand sites in seconds, wrong ones too', () => {
    const sites = (site: (index: number) => string): string =>
      example.replace(
        /(sites:\n).*\n/,
        (_all, head: string) => head + Array.from({ length: 10_000 }, (_, index) => site(index)).join(''),
      );
    const good = sites(
      (index) => `  s${index}.devops.com: { names: [s${index}.devops.com, w${index}.devops.com], pool: web }\n`,
    );
    const bad = sites((index) => `  s${index}.devops.com: { pol: web, names: [${index}] }\n`);
    const start = performance.now();
    expect(diagnosticsOf(good)).toEqual([]);
    expect(diagnosticsOf(bad).length).toBeGreaterThanOrEqual(20_000);
    // Linear work takes seconds, also on a busy machine; quadratic work takes minutes.
    expect(performance.now() - start).toBeLessThan(4 * patienceMs);
  });

  it('names fifty thousand unknown keys in seconds', () => {
    const text = example + Array.from({ length: 50_000 }, (_, index) => `key-${index}: 1\n`).join('');
    // Not twice: what is quadratic in the keys takes many minutes, which the time limit of a test ends.
    expect(diagnosticsOf(text)).toHaveLength(50_000);
  });

  it.each(['', '# only a comment\n', '---\n', '\n\n'])('says that %j is empty', (text) => {
    expect(codesOf(text)).toEqual(['EK108']);
  });

  it.each(['[]', 'text', '42', '- a', '""', 'null', '!!str x'])('refuses %j, which is no map', (text) => {
    expect(codesOf(text)).toHaveLength(1);
  });
});
