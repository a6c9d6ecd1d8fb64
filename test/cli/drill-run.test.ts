import { expect, test } from 'vitest';
import { evenkeel } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';

/** What a drill refuses before it looks at any host. */
const run = (...words: readonly string[]) => evenkeel('drill', ...words, '-f', exampleFile('devops.com'));

test('real hosts want consent for each fault, a budget and a number', async () => {
  const refused = await run('run', 'nginx-dead', '--real', '--consent', 'nginx-dead:lb2');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('give --consent nginx-dead:lb1');
  expect(refused.stderr).not.toContain('give --consent nginx-dead:lb2');
  expect(refused.stderr).toContain('give --budget');
  expect(refused.stderr).toContain('give --max-faults 2');
});

test.for([
  { words: ['run', 'nginx-dead:lb1', '--real', '--lab'], said: '--real means the real hosts' },
  { words: ['run', 'nginx-dead:lb1', '--budget', '3s'], said: 'are for --real' },
  { words: ['run', 'nginx-dead:lb1', '--repeat', '0'], said: 'a whole number from 1 on' },
  { words: ['run', 'nginx-dead:lb1', '--real', '--budget', 'much'], said: 'a duration above zero' },
  { words: ['run', 'nginx-ded:lb1'], said: 'did you mean nginx-dead:lb1?' },
  { words: ['run', 'nginx-dead:lb1', '--real', '--profile', 'reference'], said: 'for the lab only' },
  { words: ['matrix', '--pairs', 'nginx-dead:lb1+nginx-dead:lb1'], said: 'names the same fault twice' },
])('usage: $words', async ({ words, said }) => {
  const refused = await run(...words);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(said);
});

test('a report that can not be written is refused before the drill', async () => {
  const refused = await run('run', 'nginx-dead:lb1', '--html', '/nonexistent/report.html');
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("/nonexistent can't be used");
});
