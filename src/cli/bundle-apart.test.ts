import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { bundleAgent } from './bundle-agent.ts';
import { bundleAgentApart, bundlePageApart } from './bundle-apart.ts';
import { bundlePage } from './bundle-page.ts';

const root = resolve(import.meta.dirname, '../..');

test('what is bundled in a process of its own is the same, byte for byte', async () => {
  expect(await bundlePageApart()).toEqual(await bundlePage(root));
  expect(await bundleAgentApart()).toBe(await bundleAgent(root));
});
