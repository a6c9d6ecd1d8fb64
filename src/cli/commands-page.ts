import { type Command, type RouteMap, run } from '@stricli/core';
import { app } from './app.ts';
import type { CliContext } from './context.ts';

/** docs/commands.md: the help of every command, as the program prints it, and the exit codes. */
export async function commandsPage(): Promise<string> {
  const lines = [...head];
  for (const route of routesOf(app.root)) {
    const help = (await helpOf(route)).trim().split('\n');
    const own = help.filter((line) => !isEverywhere(line)).map((line) => line.trimEnd());
    // A command that has no flag of its own.
    if (own.at(-1) === 'FLAGS') own.splice(-2);
    lines.push(`## ${['evenkeel', ...route].join(' ')}`, '', '```', ...own, '```', '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** The words of every command below a target, e.g. `lab up`. */
function routesOf(target: Command<CliContext> | RouteMap<CliContext>): readonly (readonly string[])[] {
  if (!('getAllEntries' in target)) return [[]];
  return target
    .getAllEntries()
    .flatMap((entry) => routesOf(entry.target).map((words) => [entry.name.original, ...words]));
}

async function helpOf(route: readonly string[]): Promise<string> {
  let text = '';
  const stdout = { write: (part: string) => void (text += part) };
  const forCommand = (): never => {
    throw new Error(`${route.join(' ')} ran instead of helping`);
  };
  await run(app, [...route, '--help'], { process: { stdout, stderr: stdout }, forCommand });
  return text;
}

/** What every command has, and no reader needs twenty times. */
function isEverywhere(line: string): boolean {
  return / -h$|^ +-h +--help +|^ +-- +All subsequent inputs/.test(line);
}

const head = [
  '# Commands',
  '',
  '<!-- Made by tools/write-generated.ts from src/cli/. -->',
  '',
  'Every command has `--help`. `-f` names the edge file; with `--lab` a command points at the running lab made from it.',
  '',
  '| exit code | meaning |',
  '|---|---|',
  '| 0 | done; for `status`: healthy |',
  '| 1 | refused by a host, a daemon or this computer; for `status`: not healthy |',
  '| 2 | usage, or an invalid file |',
  '| 3 | `plan --exit-code`: changes are pending |',
  '| 4 | `apply`: failed, and the host was put back |',
  '| 5 | `apply`: failed, and the host could not be put back |',
  '',
];
