import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagramFlow } from '../../src/report/diagram-flow.ts';
import { diagramPhysical } from '../../src/report/diagram-physical.ts';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';

// After a change that is meant: UPDATE_GOLDEN=1 npx vitest run test/golden/diagram.test.ts, and look at the drawings.
const mayUpdate = process.env['UPDATE_GOLDEN'] === '1';
const folder = join(import.meta.dirname, 'diagram');

describe.each([
  ['devops.com', exampleModel],
  ['dual-stack', dualStackModel],
])('%s', (example, readModel) => {
  it.each([
    ['physical', diagramPhysical],
    ['flow', diagramFlow],
  ])('draws the golden %s diagram', (view, draw) => {
    const path = join(folder, `${example}-${view}.svg`);
    const svg = draw(readModel(), { theme: 'auto' });
    if (mayUpdate) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, svg);
    }
    expect(svg).toBe(readFileSync(path, 'utf8'));
  });
});
