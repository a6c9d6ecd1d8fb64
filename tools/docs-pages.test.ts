import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', ...names.map((name) => `docs/${name}`)].map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));

/** Command -> its flags, as docs/commands.md has them, which is made from the commands. */
const commands = new Map(
  readFileSync(join(root, 'docs/commands.md'), 'utf8')
    .split('\n## evenkeel ')
    .slice(1)
    .map((section) => {
      const [name = ''] = section.split('\n');
      const flags = Array.from(
        section.matchAll(/\[--([\w-]+)\]|^ +-(\w) (?=\[)/gm),
        ([, long, short]) => long ?? short,
      );
      return [name, new Set(flags)];
    }),
);

/** What is to be typed: commands of evenkeel in blocks of shell, without comments. */
function typedIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/```sh\n(.*?)```/gs), ([, block = '']) => block.split('\n'))
    .flat()
    .map((line) => line.replace(/\s#.*$/, '').trim())
    .filter((line) => /(^|[/\s(])evenkeel /.test(line) && !line.startsWith('git '));
}

/** What is wrong with the words of a command; undefined: nothing. */
function troubleOf(line: string): string | undefined {
  const words = line.replace(/^.*?evenkeel /, '').split(/\s+/);
  const name = [words.slice(0, 3), words.slice(0, 2), words.slice(0, 1)]
    .map((some) => some.join(' '))
    .map((some) => (some === 'serve' ? 'serve run' : some))
    .find((some) => commands.has(some));
  if (name === undefined) return `no command: ${line}`;
  const flags = words.filter((word) => /^--?\w/.test(word)).map((word) => word.replace(/^-+/, ''));
  const unknown = flags.filter((flag) => commands.get(name)?.has(flag) !== true);
  return unknown.length === 0 ? undefined : `${name} has no ${unknown.join(', ')}: ${line}`;
}

describe('pages for people', () => {
  test('README leads to every one', () => {
    const [{ text } = { text: '' }] = pages;
    expect(names.filter((name) => !text.includes(`\n| [docs/${name}](docs/${name}) |`))).toEqual([]);
  });

  test('lead to files that are there', () => {
    const missing = pages.flatMap(({ path, text }) =>
      Array.from(text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g), ([, to = '']) => to)
        .filter((to) => !/^\w+:/.test(to) && !existsSync(join(root, dirname(path), to)))
        .map((to) => `${path}: ${to}`),
    );
    expect(missing).toEqual([]);
  });

  test('what they tell to type is a command with flags that it has', () => {
    const lines = pages.flatMap(({ text }) => typedIn(text));
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.flatMap((line) => troubleOf(line) ?? [])).toEqual([]);
  });

  test('what README tells to type works in a fresh clone, where nothing is in the PATH', () => {
    const [{ text } = { text: '' }] = pages;
    expect(typedIn(text).filter((line) => !line.startsWith('bin/evenkeel '))).toEqual([]);
  });
});
