import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { commandsPage } from '../src/cli/commands-page.ts';
import { alertKinds, defaultAfterMs } from '../src/model/alert-settings.ts';
import { rooms } from './rooms.ts';

const root = resolve(import.meta.dirname, '..');
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);

test('docs/commands.md is the help of this program (node tools/write-generated.ts)', async () => {
  expect(readFileSync(join(root, 'docs/commands.md'), 'utf8')).toBe(await commandsPage());
});

test('the table of rooms says what tools/rooms.ts allows', () => {
  const lines = readFileSync(join(root, 'docs/architecture.md'), 'utf8').split('\n');
  const table = lines.flatMap((line) => {
    const [, name, , imports, acts] = /^\| `(\w+)` \| (.*) \| (.*) \| (yes|no) \|$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, { imports, acts }] as const];
  });
  const wanted = Object.entries(rooms).map(([name, { rooms: others, node }]) => {
    const imports = others === 'any' ? 'every room' : others.join(', ');
    return [
      name,
      { imports: imports || (name === 'base' ? 'nothing' : '-'), acts: node === 'any' ? 'yes' : 'no' },
    ] as const;
  });
  expect(Object.fromEntries(table)).toEqual(Object.fromEntries(wanted));
});

test('docs/alerts.md says how long each kind of alert lasts before it is told', () => {
  const lines = readFileSync(join(root, 'docs/alerts.md'), 'utf8').split('\n');
  const said = lines.flatMap((line) => {
    const [, kinds = '', length = '', unit] = /^\| ((?:`\w+`(?:, )?)+) \| .* \| (\d+) (s|min) \|$/.exec(line) ?? [];
    const ms = Number(length) * (unit === 's' ? 1_000 : 60_000);
    return [...kinds.matchAll(/\w+/g)].map(([kind]) => [kind, ms] as const);
  });
  expect(said.map(([kind]) => kind).toSorted()).toEqual(alertKinds.toSorted());
  expect(Object.fromEntries(said)).toEqual(defaultAfterMs);
});

test.each(docs)('docs/%s names files that exist', (name) => {
  const text = readFileSync(join(root, 'docs', name), 'utf8');
  // `src/a/b.ts` and `tools/a.ts`, but no pattern and no place on a host.
  const named = [...text.matchAll(/`((?:src|tools|test|docs|examples)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
  const missing = named.filter((path) => !path.includes('NNNN') && !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test('each decision has a number of its own', () => {
  const numbers = docs.filter((name) => name.startsWith('adr/')).map((name) => name.slice(4, 8));
  expect(numbers.toSorted()).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')));
});
