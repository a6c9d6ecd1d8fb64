import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { execSetting, printUnit, quoteUnitWord, remark, setting } from './systemd-unit.ts';

/** Reads an Exec line as systemd.service(5) says: quotes, C escapes, `%%` and `$$`. */
function readCommand(text: string): readonly string[] {
  const words: string[] = [];
  let index = 0;
  while (index < text.length) {
    if (text[index] === ' ') {
      index += 1;
      continue;
    }
    let word = '';
    const isQuoted = text[index] === '"';
    if (isQuoted) index += 1;
    for (; index < text.length && text[index] !== (isQuoted ? '"' : ' '); index += 1) {
      if (text[index] !== '\\') {
        word += text[index] ?? '';
      } else if (text[index + 1] === 'x') {
        word += String.fromCharCode(Number.parseInt(text.slice(index + 2, index + 4), 16));
        index += 3;
      } else {
        index += 1;
        word += text[index] ?? '';
      }
    }
    if (isQuoted) index += 1;
    words.push(word.replaceAll('%%', '%').replaceAll('$$', '$'));
  }
  return words;
}

describe('printUnit', () => {
  it('prints remarks, sections, resets and commands', () => {
    expect(
      printUnit(
        ['made by evenkeel'],
        [
          { name: 'Unit', entries: [setting('After', 'nginx.service')] },
          {
            name: 'Service',
            entries: [
              remark('why'),
              setting('ExecStop', ''),
              execSetting('ExecStop', { argv: ['/bin/echo', 'a b', '100%', '$HOME'], failure: 'tolerant' }),
              execSetting('ExecStopPost', { argv: ['/bin/true'], failure: 'tolerant', sandbox: 'none' }),
              execSetting('ExecStart', { argv: ['/bin/true'], failure: 'fatal' }),
            ],
          },
        ],
      ),
    ).toBe(`# made by evenkeel

[Unit]
After=nginx.service

[Service]
# why
ExecStop=
ExecStop=-/bin/echo "a b" 100%% $$HOME
ExecStopPost=-+/bin/true
ExecStart=/bin/true
`);
  });

  it.each(['a\nExecStart=/bin/sh', 'a\\', 'a\rb'])('refuses the value %j', (value) => {
    expect(() => printUnit([], [{ name: 'Unit', entries: [setting('Description', value)] }])).toThrow(/one line/);
  });

  it('quotes every command so that it reads back as the same argv', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((word) => !word.includes('\0')),
          { minLength: 1 },
        ),
        (argv) => {
          const text = argv.map(quoteUnitWord).join(' ');
          expect(text).not.toMatch(/[\r\n]/);
          expect(readCommand(text)).toEqual(argv);
        },
      ),
    );
  });
});
