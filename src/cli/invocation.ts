import { basename, dirname, normalize, relative, resolve } from 'node:path';
import type { FaultDetails } from '../base/fault.ts';
import { printFault } from '../report/print-fault.ts';

/** How the program was called: what a suggested command must repeat to be about the same edge. */
export interface Invocation {
  /** As a person types it: `evenkeel`, or `bin/evenkeel` in a clone. */
  readonly program: string;
  readonly file: string | undefined;
  readonly suffix: string | undefined;
  readonly lab: boolean;
}

/** What of an invocation each command understands. */
const takes: ReadonlyMap<string, 'nothing' | 'file' | 'file-and-suffix' | 'file-and-lab' | 'file-and-real'> = new Map([
  ...['init', 'schema', 'completion', 'version'].map((name) => [name, 'nothing'] as const),
  ...['check', 'render', 'diagram', 'export'].map((name) => [name, 'file'] as const),
  ...['up', 'down', 'status', 'ssh', 'exec', 'fault'].map((name) => [`lab ${name}`, 'file-and-suffix'] as const),
  ['start', 'file-and-suffix'],
  ...['add', 'list', 'remove', 'reset'].map((name) => [`serve user ${name}`, 'file'] as const),
  ...['add', 'list', 'remove'].map((name) => [`serve token ${name}`, 'file'] as const),
  ['alert list', 'file-and-lab'],
  ['alert test', 'file'],
  ['serve', 'file-and-lab'],
  ...['list', 'run', 'matrix', 'heal'].map((name) => [`drill ${name}`, 'file-and-real'] as const),
  ...['report month', 'report incident'].map((name) => [name, 'file-and-lab'] as const),
  ...['plan', 'apply', 'status', 'trace', 'move', 'drain', 'undrain'].map((name) => [name, 'file-and-lab'] as const),
]);

/** Reads from the words of the command line what `completeCommands` repeats. */
export function readInvocation(program: string, words: readonly string[]): Invocation {
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const suffix = valueOf(own, ['--suffix']);
  const file = valueOf(own, ['-f', '--file']);
  const labByDefault = own[0] === 'lab' || own[0] === 'start' || (own[0] === 'drill' && !own.includes('--real'));
  const onLab = labByDefault || own.includes('--lab');
  return {
    program,
    file: file === undefined ? undefined : normalize(file),
    suffix,
    lab: onLab || suffix !== undefined,
  };
}

/**
 * Gives each `evenkeel COMMAND` in a sentence the options of this invocation, so that it can be typed as it stands:
 * `run evenkeel status` becomes `run bin/evenkeel status --lab -f shop.yaml`.
 */
export function completeCommands(text: string, { program, file, suffix, lab }: Invocation): string {
  return text.replaceAll(
    /\bevenkeel ((?:lab |drill |alert |report |serve (?:user |token ))?[a-z]+)\b( --lab)?/g,
    (whole, name: string, said: string | undefined) => {
      const kind = takes.get(name);
      if (kind === undefined) return whole;
      const options: string[] = [];
      if (kind === 'file-and-lab' && (lab || said !== undefined)) options.push('--lab');
      if (kind === 'file-and-real' && !lab) options.push('--real');
      if (kind !== 'nothing' && file !== undefined) options.push(`-f ${shellWord(file)}`);
      if (kind !== 'nothing' && kind !== 'file' && suffix !== undefined) options.push(`--suffix ${shellWord(suffix)}`);
      return [program, name, ...options].join(' ');
    },
  );
}

/** A Fault as text, with the commands of its next step as `completeCommands` gives them. */
export function explainFault(details: FaultDetails, invocation: Invocation): string {
  const { next } = details;
  return printFault(next === undefined ? details : { ...details, next: completeCommands(next, invocation) });
}

/**
 * The program as a person would type it again: by its name when the shell finds it so, else by its path from here.
 * `calledAs` is what the shell called it.
 */
export function programName(calledAs: string, { cwd, path }: { readonly cwd: string; readonly path: string }): string {
  const full = resolve(cwd, calledAs);
  if (path.split(':').includes(dirname(full))) return basename(full);
  const near = relative(cwd, full);
  return near.startsWith('..') ? full : near.includes('/') ? near : `./${near}`;
}

/** The words of the command line, with what people type out of habit put as this program has it. */
export function usualWords(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === 'help') return [...rest, '--help'];
  if (words.length === 1 && (first === '--version' || first === '-V')) return ['version'];
  return escapeExecWords(words);
}

/**
 * `lab exec MACHINE ls -l`: what follows the machine belongs to the command on the machine, as if `--` stood before it.
 * Words that already hold a `--` are left alone.
 */
function escapeExecWords(words: readonly string[]): readonly string[] {
  if (words[0] !== 'lab' || words[1] !== 'exec' || words.includes('--')) return words;
  let index = 2;
  while (words[index]?.startsWith('-') === true) index += /^(-f|--file|--suffix)$/.test(words[index] ?? '') ? 2 : 1;
  return [...words.slice(0, index + 1), '--', ...words.slice(index + 1)];
}

function valueOf(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1];
    const name = names.find((item) => item.startsWith('--') && word.startsWith(`${item}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return undefined;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
