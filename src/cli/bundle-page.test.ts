import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundlePage, pageAssets } from './bundle-page.ts';

const parts = bundlePage(resolve(import.meta.dirname, '../..'));

test('the script stays under 100 kB compressed', async () => {
  expect(gzipSync((await parts).script).length).toBeLessThan(100_000);
});

test('nothing of it is fetched from elsewhere', async () => {
  const { script, style } = await parts;
  // Names of XML namespaces are no addresses to fetch.
  const addresses = `${script}${style}`.match(/https?:\/\/[^\s"'`)]+/g) ?? [];
  expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  expect(style).not.toMatch(/@import|url\(/);
});

test('the same page has the same names, another one has others', async () => {
  const { script, style } = await parts;
  const names = (text: string): readonly string[] => [...pageAssets({ script: text, style }).files.keys()];
  expect(names(script)).toEqual(names(script));
  expect(names(script)[0]).not.toBe(names(`${script};`)[0]);
  expect(names(script)[1]).toBe(names(`${script};`)[1]);
});

test('the page asks for both by their names, and has no script or style in itself', async () => {
  const { page, files } = pageAssets(await parts);
  for (const name of files.keys()) expect(page).toContain(`/assets/${name}"`);
  expect(page).not.toMatch(/<style|style=|<script>/);
});
