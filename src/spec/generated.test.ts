import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnosticsPage } from './diagnostics-page.ts';
import { edgeJsonSchema } from './json-schema.ts';

function repositoryFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

describe('generated files (node tools/write-generated.ts)', () => {
  it('edge.schema.json is the schema of this program', () => {
    expect(repositoryFile('edge.schema.json')).toBe(`${JSON.stringify(edgeJsonSchema(), undefined, 2)}\n`);
  });

  it('docs/diagnostics.md lists every code', () => {
    expect(repositoryFile('docs/diagnostics.md')).toBe(diagnosticsPage());
  });
});
