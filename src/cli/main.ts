import { ExitCode, run } from '@stricli/core';
import { app } from './app.ts';
import type { CliContext, CliProcess } from './context.ts';
import { programName, readInvocation, usualWords } from './invocation.ts';
import { fitPicture, redrawing } from './live-picture.ts';
import { progressPrinter } from './progress.ts';

const controller = new AbortController();
let asked = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The first signal asks every running step to finish or undo itself. npm and a shell pass on what the terminal sends
  // to everybody, so one Ctrl-C may come twice; only insisting ends what is still cleaning up.
  process.on(name, () => {
    asked += 1;
    if (asked >= 5) process.exit(130);
    controller.abort(name);
  });
}
// A reader that went away (`| head`, a closed terminal) is no reason to leave a fault or half an apply behind: what is
// under way ends or is undone, as after Ctrl-C, and says so to nobody.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => controller.abort('SIGPIPE'));

const colours = process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
const cliProcess: CliProcess = { stdout: process.stdout, stderr: process.stderr, exitCode: null };
const words = usualWords(process.argv.slice(2));
const calledAs = process.env['EVENKEEL_CALLED_AS'] ?? 'evenkeel';
const program = programName(calledAs, { cwd: process.cwd(), path: process.env['PATH'] ?? '' });
const context: CliContext = {
  process: cliProcess,
  cwd: process.cwd(),
  invocation: readInvocation(program, words),
  now: () => new Date(),
  print: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
  printError: (text) => void process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
  redraw: (picture, help) => {
    // Only a terminal is drawn to, and that has a size.
    const { rows, columns } = process.stdout;
    process.stdout.write(redrawing(fitPicture({ picture, help, rows, columns })));
  },
  emit: progressPrinter({
    write: (text) => void process.stderr.write(text),
    kind: process.stderr.isTTY && process.env['TERM'] !== 'dumb' ? 'rewrite' : 'lines',
    columns: process.stderr.columns ?? 80,
    clock: () => performance.now(),
  }),
  signal: controller.signal,
  terminal: process.stdout.isTTY && colours,
};

await run(app, words, context);
const usageCodes: readonly unknown[] = [ExitCode.InvalidArgument, ExitCode.UnknownCommand];
const { exitCode } = cliProcess;
if (usageCodes.includes(exitCode)) process.exitCode = 2;
else process.exitCode = exitCode !== null && exitCode < 0 ? 1 : (exitCode ?? 0);
