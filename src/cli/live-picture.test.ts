import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitPicture, redrawing } from './live-picture.ts';

const picture = 'NOT HEALTHY\n\nproblem one\n\nVIPs\n  vip1\n  vip2\n\nBalancers\n  lb1\n  lb2\n';
const help = 'In another terminal:\n  look\n';

test('a terminal that is large enough shows everything', () => {
  expect(fitPicture({ picture, help, rows: 15, columns: 80 }).join('\n')).toBe(`${picture}\n${help.trimEnd()}`);
});

test('a low one leaves out the last paragraphs, counts them, and keeps the first line and the help', () => {
  expect(fitPicture({ picture, help, rows: 14, columns: 80 })).toEqual([
    'NOT HEALTHY',
    '',
    'problem one',
    '',
    'VIPs',
    '  vip1',
    '  vip2',
    '(4 more lines in a higher terminal)',
    '',
    'In another terminal:',
    '  look',
  ]);
});

test('a narrow one ends long lines with a sign, whatever their colours', () => {
  const coloured = `${styleText('red', 'abcdef', { validateStream: false })} ghi`;
  const [line = ''] = fitPicture({ picture: coloured, help: '', rows: 9, columns: 8 });
  expect(stripVTControlCharacters(line)).toBe('abcdef …');
  expect(line).toContain('\u001B[31m');
  expect(line).toContain('\u001B[39m');
});

test('never takes more rows or columns than there are, as long as the help fits', () => {
  const text = fc.array(fc.stringMatching(/^[a-z ]{0,30}$/), { maxLength: 40 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, fc.integer({ min: 5, max: 50 }), fc.integer({ min: 5, max: 40 }), (lines, rows, columns) => {
      const fitted = fitPicture({ picture: lines, help, rows: rows + 8, columns });
      expect(fitted.length).toBeLessThan(rows + 8);
      for (const line of fitted) {
        const isHelp = line !== '' && help.includes(line);
        expect(isHelp || line.length <= columns).toBe(true);
      }
    }),
  );
});

test('a command in the help wraps, so that it can be copied, and its rows are counted', () => {
  const command = `  look  ${'x'.repeat(30)}`;
  const fitted = fitPicture({ picture, help: command, rows: 10, columns: 20 });
  expect(fitted.at(-1)).toBe(command);
  expect(fitted).toHaveLength(8);
});

test('redrawing never empties the screen first', () => {
  expect(redrawing(['a', 'b'])).toBe('\u001B[Ha\u001B[K\nb\u001B[K\n\u001B[J');
});
