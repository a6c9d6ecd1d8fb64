import { describe, expect, test } from 'vitest';
import { exampleTopology, wellView } from '../test/kit/dashboard-tables.ts';
import { exampleModel, modelOfText } from '../test/kit/example-model.ts';
import { largeDashboardFile } from '../tools/large-dashboard.ts';
import { topologyOf } from '../src/report/edge-view.ts';
import { flowsOf } from './picture-flows.ts';
import { layOut } from './picture-layout.ts';

const view = wellView(exampleModel());
const topology = exampleTopology();

function tones(
  holders: readonly string[],
  backends = view.backends,
  silent: readonly string[] = [],
): Readonly<Record<string, string>> {
  const holdings = view.holdings.map((row) =>
    row.key === 'vip1' ? { ...row, holders, silent } : { ...row, holders: ['lb2'] },
  );
  const flows = flowsOf(layOut(topology, holdings, 80), backends);
  return Object.fromEntries(flows.map(({ key, tone }) => [key, tone]));
}

describe('the lines of the picture', () => {
  test('all is well: clients to both VIPs, each balancer to each server', () => {
    expect(tones(['lb1'])).toEqual({
      names: 'query',
      'to vip1': 'flows',
      'to vip2': 'flows',
      'lb1 web1': 'flows',
      'lb1 web2': 'flows',
      'lb2 web1': 'flows',
      'lb2 web2': 'flows',
    });
  });

  test('a balancer that holds nothing is ready and does not serve', () => {
    expect(tones(['lb2'])).toMatchObject({ 'to vip1': 'moved', 'lb1 web1': 'ready', 'lb2 web1': 'flows' });
  });

  test('to a holder that is silent nobody knows', () => {
    expect(tones(['lb1'], view.backends, ['lb1'])).toMatchObject({ 'to vip1': 'unknown', 'to vip2': 'flows' });
  });

  test('nobody, and two at once, are broken', () => {
    expect(tones([])).toMatchObject({ 'to vip1': 'broken' });
    expect(tones(['lb1', 'lb2'])).toMatchObject({ 'to vip1': 'broken', 'to vip1 1': 'broken' });
  });

  test('a server that a balancer does not reach is broken from there alone', () => {
    const backends = view.backends.map((row) =>
      row.balancer === 'lb1' && row.name === 'web2' ? { ...row, up: false } : row,
    );
    expect(tones(['lb1'], backends)).toMatchObject({ 'lb1 web2': 'broken', 'lb2 web2': 'flows' });
  });

  test('on a phone, where one balancer stands below the other, no line goes behind one', () => {
    const holdings = view.holdings.map((row) => (row.key === 'vip1' ? { ...row, holders: [] } : row));
    const flows = flowsOf(layOut(topology, holdings, 18), view.backends);
    expect(flows.map(({ key }) => key)).toEqual(['names', 'clients flows', 'clients broken', 'servers flows']);
  });

  test.each([18, 80])('paths are figures, at a width of %i rem', (width) => {
    for (const { path } of flowsOf(layOut(topology, view.holdings, width), view.backends)) {
      expect(path).toMatch(/^M[\d. ]+(?:V[\d.]+|C[\d. -]+)$/);
    }
  });

  test('of a large edge one line of each kind goes from group to group', () => {
    const model = modelOfText(largeDashboardFile({ hosts: 100, sites: 10 }));
    const large = wellView(model);
    const layout = layOut(topologyOf(model, 'real'), large.holdings, 90);
    const keys = (backends: typeof large.backends): readonly string[] =>
      flowsOf(layout, backends).map(({ key }) => key);
    expect(keys(large.backends)).toEqual(['names', 'clients flows', 'servers flows']);
    const broken = large.backends.map((row, index) => (index === 3 ? { ...row, up: false } : row));
    expect(keys(broken)).toEqual(['names', 'clients flows', 'servers flows', 'servers broken']);
    expect(new Set(flowsOf(layout, broken).map(({ path }) => path)).size).toBe(4);
  });
});
