import { describe, expect, test } from 'vitest';
import { completeCommands, programName, readInvocation, usualWords } from './invocation.ts';

describe('completeCommands', () => {
  const lab = readInvocation('bin/evenkeel', ['status', '--lab', '-f', 'my shop/edge.yaml', '--suffix', 'b']);
  const real = readInvocation('evenkeel', ['plan', '--file=shop.yaml']);

  test.each([
    ['run evenkeel status; then', "run bin/evenkeel status --lab -f 'my shop/edge.yaml' --suffix b; then"],
    ['evenkeel lab up', "bin/evenkeel lab up -f 'my shop/edge.yaml' --suffix b"],
    ['`evenkeel render -o DIR`', "`bin/evenkeel render -f 'my shop/edge.yaml' -o DIR`"],
    ['evenkeel apply --lab', "bin/evenkeel apply --lab -f 'my shop/edge.yaml' --suffix b"],
    ['evenkeel move vip1 lb1', "bin/evenkeel move --lab -f 'my shop/edge.yaml' --suffix b vip1 lb1"],
    [
      'evenkeel report incident --from 1h',
      "bin/evenkeel report incident --lab -f 'my shop/edge.yaml' --suffix b --from 1h",
    ],
    ['evenkeel undrain web1', "bin/evenkeel undrain --lab -f 'my shop/edge.yaml' --suffix b web1"],
    ['evenkeel init > x', 'bin/evenkeel init > x'],
    ['another evenkeel that works', 'another evenkeel that works'],
    ['evenkeel issuing CA of devops', 'evenkeel issuing CA of devops'],
  ])('%s', (text, completed) => {
    expect(completeCommands(text, lab)).toBe(completed);
  });

  test('a drill is about the lab unless it says --real', () => {
    const drill = readInvocation('evenkeel', ['drill', 'run', '--suffix', 'b']);
    expect(drill.lab).toBe(true);
    expect(completeCommands('evenkeel drill heal, then evenkeel status', drill)).toBe(
      'evenkeel drill heal --suffix b, then evenkeel status --lab --suffix b',
    );
    expect(completeCommands('run evenkeel drill heal', real)).toBe('run evenkeel drill heal --real -f shop.yaml');
    expect(readInvocation('evenkeel', ['drill', 'run', '--real']).lab).toBe(false);
  });

  test('names no lab to who did not, and no file to who uses the default', () => {
    expect(completeCommands('run evenkeel status', real)).toBe('run evenkeel status -f shop.yaml');
    expect(completeCommands('run evenkeel plan', readInvocation('evenkeel', ['check']))).toBe('run evenkeel plan');
  });

  test('a suffix alone, lab commands and start are about the lab; words of another program are not ours', () => {
    expect(readInvocation('evenkeel', ['plan', '--suffix=b'])).toMatchObject({ lab: true, suffix: 'b' });
    expect(readInvocation('evenkeel', ['lab', 'down']).lab).toBe(true);
    expect(readInvocation('evenkeel', ['start']).lab).toBe(true);
    expect(readInvocation('evenkeel', ['lab', 'exec', 'lb1', '--', 'grep', '-f', 'list']).file).toBeUndefined();
  });
});

test('programName is what a person would type', () => {
  const path = '/usr/bin:/usr/local/bin';
  expect(programName('/usr/local/bin/evenkeel', { cwd: '/home', path })).toBe('evenkeel');
  expect(programName('tools/../bin/evenkeel', { cwd: '/src/evenkeel', path })).toBe('bin/evenkeel');
  expect(programName('../bin/evenkeel', { cwd: '/src/evenkeel/docs', path })).toBe('/src/evenkeel/bin/evenkeel');
  expect(programName('./evenkeel', { cwd: '/src/evenkeel/bin', path })).toBe('./evenkeel');
});

describe('usualWords', () => {
  test.each([
    ['lab exec lb1 ls -l', 'lab exec lb1 -- ls -l'],
    ['lab exec -f a.yaml --suffix b lb1 ls -l', 'lab exec -f a.yaml --suffix b lb1 -- ls -l'],
    ['lab exec lb1 -f a.yaml -- ls -l', 'lab exec lb1 -f a.yaml -- ls -l'],
    ['lab ssh lb1', 'lab ssh lb1'],
    ['lab exec --help', 'lab exec --help'],
    ['help', '--help'],
    ['help lab up', 'lab up --help'],
    ['--version', 'version'],
    ['status --version', 'status --version'],
  ])('%s', (words, escaped) => {
    const found = usualWords(words.split(' '));
    // A `--` at the end says nothing.
    expect(found.join(' ').replace(/ --$/, '')).toBe(escaped);
  });
});
