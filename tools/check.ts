// npm run check: the one quick gate. Runs everything that needs no root and no daemon, and says how long each took.
// With --without-tests it leaves the quick tests out: for who runs all tests anyway.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => resolve(root, 'node_modules/.bin', name);

// Run by this very Node.js, not by whatever node the PATH has.
const vitest = resolve(root, 'node_modules/vitest/vitest.mjs');

interface Gate {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
}

const gates: readonly Gate[] = [
  { name: 'types', argv: [bin('tsc'), '-p', root] },
  { name: 'types of the page', argv: [bin('tsc'), '-p', resolve(root, 'ui')] },
  { name: 'lint', argv: [bin('oxlint'), '--type-aware', root] },
  { name: 'format', argv: [bin('oxfmt'), '--check', root] },
  { name: 'dead code', argv: [bin('knip'), '--directory', root, '--no-progress'] },
  { name: 'imports', argv: [process.execPath, resolve(root, 'tools/check-imports.ts')] },
  { name: 'tests', argv: [process.execPath, vitest, 'run', '--project', 'quick', '--root', root, '--reporter=dot'] },
];

async function pass(gate: Gate): Promise<boolean> {
  const started = performance.now();
  const [file, ...args] = gate.argv;
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ok = await new Promise<boolean>((settle) => {
    child.on('error', () => settle(false));
    child.on('close', (exitCode) => settle(exitCode === 0));
  });
  const took = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${gate.name} (${took} s)`);
  if (!ok) console.log(output);
  return ok;
}

const wanted = process.argv.includes('--without-tests') ? gates.filter(({ name }) => name !== 'tests') : gates;
let good = true;
for (const gate of wanted) good = (await pass(gate)) && good;
process.exitCode = good ? 0 : 1;
