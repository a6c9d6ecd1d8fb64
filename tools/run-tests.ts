// npm test: prepares this computer, runs every test there is, and counts them on the last line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Fault } from '../src/base/fault.ts';
import { printFault } from '../src/report/print-fault.ts';

const root = resolve(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;
/** What the tests run beside the lab's own packages: an SSH server on loopback, DNS queries, the parsers of shells, a browser. */
const testPackages = [
  'openssh-server',
  'openssh-client',
  'sudo',
  'bind9-dnsutils',
  'curl',
  'openssl',
  'dash',
  'exim4-daemon-light',
  'bash',
  'git',
  'chromium',
  'prometheus',
];
/** Where Debian's package puts it (test/kit/browser.ts). */
const browser = '/usr/bin/chromium';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function installTestPackages(): void {
  const missing = testPackages.filter((name) => {
    const shown = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
    return shown.stdout !== 'installed';
  });
  if (missing.length === 0) return;
  console.log(`installing Debian packages for the tests: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit', env });
  const args = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  const done = startingNothing(() => spawnSync('apt-get', args, { stdio: 'inherit', env }));
  if (done.status !== 0) throw new Error(`apt-get could not install ${missing.join(' ')}`);
}

/** Installs without starting a daemon (policy-rc.d, invoke-rc.d(8)): the tests run servers of their own. */
function startingNothing<T>(install: () => T): T {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(policy);
  }
}

async function runVitest(projects: readonly string[], filters: readonly string[]): Promise<Counts> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-tests-'));
  const report = join(directory, 'report.json');
  try {
    const args = ['run', '--root', root, ...projects.flatMap((project) => ['--project', project]), ...filters];
    const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests'];
    const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args, ...reporters], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exitCode = await new Promise<number>((settle) => child.on('close', (code) => settle(code ?? 1)));
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
    const result: unknown = JSON.parse(readFileSync(report, 'utf8'));
    failures.push(...failuresIn(result));
    const counts = {
      passed: numberIn(result, 'numPassedTests'),
      failed: numberIn(result, 'numFailedTests'),
      skipped: numberIn(result, 'numPendingTests') + numberIn(result, 'numTodoTests'),
    };
    // A file that could not even be loaded has no tests of its own, but it did fail.
    if (exitCode === 0 || counts.failed > 0) return counts;
    failures.push(`${projects.join(', ')}: no test failed, and the run ended with exit code ${exitCode}`);
    return { ...counts, failed: 1 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What failed, each with its first words: printed again after all suites, where a reader of a long log looks. */
function failuresIn(report: unknown): readonly string[] {
  return listIn(report, 'testResults').flatMap((file) => {
    const name = relative(root, textIn(file, 'name'));
    const failed = listIn(file, 'assertionResults').filter((test) => textIn(test, 'status') === 'failed');
    if (failed.length === 0 && textIn(file, 'status') === 'failed')
      return [`${name}\n${firstLines(textIn(file, 'message'))}`];
    return failed.map((test) => {
      const messages = listIn(test, 'failureMessages').map((message) => firstLines(String(message)));
      return `${name} > ${textIn(test, 'fullName')}\n${messages.join('\n')}`;
    });
  });
}

/** The beginning of a failure's words: a failed comparison of a whole view has thousands of lines. */
function firstLines(words: string): string {
  const lines = words
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .slice(0, 25);
  return lines.map((line) => `    ${line.slice(0, 240)}`).join('\n');
}

function fieldIn(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const found = fieldIn(value, key);
  return Array.isArray(found) ? found : [];
}

function textIn(value: unknown, key: string): string {
  const found = fieldIn(value, key);
  return typeof found === 'string' ? found : '';
}

function numberIn(value: unknown, key: string): number {
  const found = fieldIn(value, key);
  return typeof found === 'number' ? found : 0;
}

/** Says why the computer is not ready for the tests on real machines; undefined when it is. */
async function prepare(): Promise<string | undefined> {
  try {
    installTestPackages();
    await prepareLab();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return printFault(error.details);
    return error instanceof Error ? error.message : String(error);
  }
}

async function prepareLab(): Promise<void> {
  const { installPackages } = await import('../src/lab/packages.ts');
  const { buildImage } = await import('../src/lab/image.ts');
  const { progressPrinter } = await import('../src/cli/progress.ts');
  const emit = progressPrinter({
    write: (text) => void process.stdout.write(text),
    kind: 'lines',
    columns: 80,
    clock: () => performance.now(),
  });
  await installPackages(emit);
  for (const release of ['debian13', 'debian12'] as const) await buildImage(release, emit);
}

const filters = process.argv.slice(2);
const failures: string[] = [];
const total = { passed: 0, failed: 0, skipped: 0 };
const add = (counts: Counts): void => {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
};

if (isRoot) {
  const refusal = await prepare();
  const projects = refusal === undefined ? ['quick', 'cli', 'oracle', 'edge', 'lab', 'browser'] : ['quick', 'cli'];
  for (const project of projects) add(await runVitest([project], filters));
  if (refusal !== undefined) {
    console.log(`FAILED: the tests with real daemons and machines can't run on this computer\n${refusal}`);
    total.failed += 1;
  }
} else {
  const projects = existsSync(browser) ? ['quick', 'cli', 'browser'] : ['quick', 'cli'];
  for (const project of projects) add(await runVitest([project], filters));
  if (!existsSync(browser)) console.log(`skipped: the tests of the dashboard's page: there is no ${browser}`);
  console.log(
    'skipped: what needs root: the oracle, edge and lab tests (real daemons, real Debian machines), and acting as other users',
  );
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`tests: ${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
