import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@stricli/core';
import { expect, onTestFinished, test } from 'vitest';
import { testContext } from '../../test/kit/cli-context.ts';
import { exampleFile } from '../../test/kit/example-model.ts';
import { app } from './app.ts';
import { serveCommand } from './serve.ts';

/** What each flag with a value is given. */
const values: Readonly<Record<string, string>> = {
  file: 'edge.yaml',
  suffix: 'second',
  listen: '192.0.2.7:7781',
  name: 'edge.example.org',
  tlsCert: 'chain.pem',
  tlsKey: 'key.pem',
};
/** With these the command does something else than to serve. */
const ending = ['install', 'remove', 'printUnit'];

/** The words of the command that the unit of these words starts. */
async function unitOf(words: readonly string[]): Promise<{ readonly directory: string; readonly start: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-unit-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  copyFileSync(exampleFile('devops.com'), join(directory, 'edge.yaml'));
  const { context, printed } = testContext(directory);
  await run(app, ['serve', '--print-unit', ...words], context);
  const start = /^ExecStart=\S+\/bin\/evenkeel (.*)$/m.exec(printed.join('\n'))?.[1] ?? '';
  return { directory, start };
}

test('the unit repeats every flag but those that end the command', async () => {
  const given = Object.entries(serveCommand.parameters.flags ?? {}).filter(([flag]) => !ending.includes(flag));
  expect(given.length).toBeGreaterThan(Object.keys(values).length);
  const typed = given.map(([flag, { kind }]) => {
    const value = values[flag];
    if (kind !== 'boolean' && value === undefined) throw new Error(`say above what --${flag} is given`);
    const word = `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return kind === 'boolean' ? [word] : [word, value ?? ''];
  });
  const { directory, start } = await unitOf(typed.flat());
  // Files are absolute: a unit has another directory.
  const expected = typed.map(([word = '', value]) => {
    const isFile = ['--file', '--tls-cert', '--tls-key'].includes(word);
    return [word === '--file' ? '-f' : word, ...(value === undefined ? [] : [isFile ? join(directory, value) : value])];
  });
  const words = start.split(' ');
  expect(words[0]).toBe('serve');
  for (const one of expected) expect(start).toContain(` ${one.join(' ')}`);
  expect(words).toHaveLength(1 + expected.flat().length);
});

test('what was not typed is no part of it', async () => {
  const { directory, start } = await unitOf([]);
  expect(start).toBe(`serve -f ${join(directory, 'edge.yaml')} --listen 127.0.0.1:7780`);
});
