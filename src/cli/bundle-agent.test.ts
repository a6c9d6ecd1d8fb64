import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runLocal } from '../hosts/process.ts';
import { openAgent } from './agent-delivery.ts';
import { bundleAgent } from './bundle-agent.ts';

const root = join(import.meta.dirname, '..', '..');

describe("the agent's one file", () => {
  test('is the same every time, small, and starts without the compiler of Node.js', async () => {
    const text = await bundleAgent(root);
    expect(await bundleAgent(root)).toBe(text);
    expect(text.length).toBeLessThan(400_000);
    const stdin = text;
    const outcome = await runLocal({
      argv: [process.execPath, '--jitless', '--input-type=module', '-', 'check', '/nowhere.json'],
      stdin,
    });
    expect(outcome.stderr).toContain("/nowhere.json can't be used, so nothing is done");
    expect(outcome.exitCode).toBe(78);
  });

  test('comes with a Node.js for this computer, named by its version', async () => {
    const { program, runtime } = await openAgent();
    expect(new TextDecoder().decode(program)).toBe(await bundleAgent(root));
    expect(runtime.path).toBe(`/usr/local/lib/evenkeel/node-${process.version.slice(1)}`);
    expect([...runtime.sizes.values()].every((size) => size > 10_000_000)).toBe(true);
  });
});
