import { describe, expect, it } from 'vitest';
import { printDiagnostics } from '../../src/report/print-diagnostics.ts';
import { diagnosticCatalogue } from '../../src/spec/diagnostic-catalogue.ts';
import { diagnoseFixture, diagnosticFixtures, fixturePath } from '../kit/diagnostic-fixture.ts';

// Each edge file in test/fixtures/diagnostics stands beside the text that `evenkeel check` prints for it. After a
// wanted change: `npx vitest run test/golden/diagnostics.test.ts -u`, and read the difference.
describe('diagnostics', () => {
  it.each(diagnosticFixtures())('%s prints what stands beside it', async (name) => {
    await expect(`${printDiagnostics(diagnoseFixture(name))}\n`).toMatchFileSnapshot(fixturePath(name, 'txt'));
  });

  it.each(diagnosticFixtures().filter((name) => !name.startsWith('900')))(
    '%s holds the code it is named after',
    (name) => {
      const found = diagnoseFixture(name);
      expect(found.map(({ code }) => code)).toContain(`EK${name.slice(0, 3)}`);
      for (const { message, fix, position } of found) {
        expect(message).toMatch(/^\S.*[^.\s]$/s);
        expect(fix).toMatch(/^\S.*[^.\s]$/s);
        expect(position.length).toBeGreaterThan(0);
      }
    },
  );

  it('every code of the catalogue has a fixture', () => {
    const found = new Set(diagnosticFixtures().flatMap((name) => diagnoseFixture(name).map(({ code }) => code)));
    expect(Object.keys(diagnosticCatalogue).filter((code) => !found.has(code))).toEqual([]);
  });
});
