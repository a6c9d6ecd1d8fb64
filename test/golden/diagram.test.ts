import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { observeStatus } from '../../src/observe/status-observe.ts';
import { diagramFlow } from '../../src/report/diagram-flow.ts';
import { diagramPhysical } from '../../src/report/diagram-physical.ts';
import { judgeStatus } from '../../src/report/status-judge.ts';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { statusWorld } from '../kit/status-world.ts';

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

// `diagram --live` of a bad day: a silent balancer, a dead NGINX, a backend that one balancer does not reach, a VIP that two hold.
describe.each([
  ['physical', diagramPhysical],
  ['flow', diagramFlow],
])('live %s', (view, draw) => {
  it('draws the golden diagram', async () => {
    const model = exampleModel();
    const world = statusWorld(model, {
      silent: ['dns2'],
      stopped: ['lb1 nginx.service'],
      refusing: ['192.168.10.31', 'lb2 192.168.10.32'],
      holders: { '192.168.10.200': ['lb1', 'lb2'] },
    });
    const now = (): Date => new Date(Date.UTC(2026, 10, 29, 12));
    const facts = await observeStatus({ model, ...world, now, emit: ignoreEvents });
    const path = join(folder, `devops.com-${view}-live.svg`);
    const svg = draw(model, { theme: 'auto', status: judgeStatus(model, facts) });
    if (mayUpdate) writeFileSync(path, svg);
    expect(svg).toBe(readFileSync(path, 'utf8'));
  });
});
