import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../base/diagnostic.ts';
import { printDiagnostics } from './print-diagnostics.ts';

const diagnostic: Diagnostic = {
  code: 'EK301',
  severity: 'error',
  file: 'edge.yaml',
  position: { line: 7, column: 5, length: 3 },
  source: 'a: [lb3]',
  message: 'there is no balancer `lb3`',
  fix: 'write `lb1`',
};

/** The text above the mark: what the reader's eye is led to. */
function marked(text: string): string {
  const lines = text.split('\n');
  const mark = lines.findIndex((line) => /^ +\| +\^+$/.test(line));
  const start = lines[mark]?.indexOf('^') ?? 0;
  return lines[mark - 1]?.slice(start, start + (lines[mark]?.match(/\^/g)?.length ?? 0)) ?? '';
}

describe('printDiagnostics', () => {
  it('prints place, code, message, the line with a mark, the fix and a count', () => {
    expect(printDiagnostics([diagnostic])).toBe(
      [
        'edge.yaml:7:5: error EK301: there is no balancer `lb3`',
        '  7 | a: [lb3]',
        '    |     ^^^',
        '  fix: write `lb1`',
        '',
        '1 error',
      ].join('\n'),
    );
  });

  it('counts errors and warnings apart', () => {
    const warning: Diagnostic = { ...diagnostic, severity: 'warning' };
    expect(printDiagnostics([diagnostic, warning, warning]).split('\n').at(-1)).toBe('1 error, 2 warnings');
    expect(printDiagnostics([])).toBe('');
  });

  it('leaves the line out when there is none', () => {
    expect(printDiagnostics([{ ...diagnostic, source: '' }]).split('\n')).toHaveLength(4);
  });

  it('keeps the mark under the spot behind tabs and wide characters', () => {
    expect(
      marked(printDiagnostics([{ ...diagnostic, source: '\ta: [lb3]', position: { line: 7, column: 6, length: 3 } }])),
    ).toBe('lb3');
    const wide = printDiagnostics([
      { ...diagnostic, source: '名: [lb3]', position: { line: 7, column: 5, length: 3 } },
    ]).split('\n');
    // The character takes two columns of the terminal and one of the string.
    expect((wide[2]?.indexOf('^') ?? 0) - (wide[1]?.indexOf('lb3') ?? 0)).toBe(1);
  });

  it('cuts long lines around the spot', () => {
    const source = `${'x'.repeat(500)}lb3${'y'.repeat(500)}`;
    const text = printDiagnostics([{ ...diagnostic, source, position: { line: 7, column: 501, length: 3 } }]);
    expect(marked(text)).toBe('lb3');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(120);
  });

  it('shows no character that could move the cursor or colour the terminal', () => {
    const text = printDiagnostics([
      { ...diagnostic, source: 'a: \u001b[31mred', message: 'bad \u001b]0;x\u0007 \u202e' },
    ]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('shows a hundred and counts the rest', () => {
    const text = printDiagnostics(Array.from({ length: 250 }, () => diagnostic));
    expect(text.match(/error EK301/g)).toHaveLength(100);
    expect(text.split('\n').slice(-3)).toEqual(['... and 150 more', '', '250 errors']);
  });

  it('gives every part its tone', () => {
    const text = printDiagnostics([diagnostic], (tone, part) => `<${tone}>${part}</>`);
    expect(text).toContain('<strong>edge.yaml:7:5:</> <bad>error EK301:</>');
    expect(text).toContain('<bad>    ^^^</>');
    expect(text).toContain('<good>fix:</>');
  });

  it('marks something for every position in every line', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300 }),
        fc.nat({ max: 320 }),
        fc.nat({ max: 400 }),
        (line, column, length) => {
          const source = `x${line.replaceAll(/[\n\r]/g, ' ')}`;
          const text = printDiagnostics([
            { ...diagnostic, source, position: { line: 1, column: column + 1, length: length + 1 } },
          ]);
          expect(text).toMatch(/\^/);
        },
      ),
    );
  });
});
