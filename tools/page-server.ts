// A dashboard of an edge that is made up, for measuring the page: node tools/page-server.ts DIRECTORY HOSTS SITES. Every second every row
// changes. The page is that of the directory. Prints its address; a line `move` on its input moves vip1 and prints when (milliseconds since 1970).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pageAssets } from '../src/cli/bundle-page.ts';
import type { Model } from '../src/model/model.ts';
import type { EdgeStatus } from '../src/report/edge-status.ts';
import type { EdgeView } from '../src/report/edge-view.ts';
import { makeLinkGate } from '../src/server/link-gate.ts';
import { serveEdge } from '../src/server/serve-edge.ts';
import { openEdgeHistory } from '../src/store/edge-history.ts';
import { wellTraffic, wellView } from '../test/kit/dashboard-tables.ts';
import { modelOfText } from '../test/kit/example-model.ts';
import { largeDashboardFile } from './large-dashboard.ts';

const [pageDirectory = '.', hosts = '100', sites = '1000'] = process.argv.slice(2);
const model = modelOfText(largeDashboardFile({ hosts: Number(hosts), sites: Number(sites) }));
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-page-'));
const controller = new AbortController();
const paths: string[] = [];
let tick = 0;
const running = await serveEdge({
  model,
  place: 'real',
  // Nobody is asked: rows are put below.
  hosts: new Map(),
  look: async () => {
    tick += 1;
    return Promise.resolve(statusOf(model, wellView(model, tick)));
  },
  version: 'bench',
  // Made up here, and not asked of hosts.
  trafficEveryMs: 3_600_000,
  pauseMs: async () => Promise.resolve(1000),
  openHistory: () => openEdgeHistory(join(directory, 'timeline.db')),
  run: async () => Promise.resolve({ state: 'done', note: 'done' }),
  drills: [],
  applies: () => [],
  drillRecords: { rows: () => [], html: () => undefined },
  // Made by who measures: what bundles it is not the server.
  assets: pageAssets({
    script: readFileSync(join(pageDirectory, 'page.js'), 'utf8'),
    style: readFileSync(join(pageDirectory, 'page.css'), 'utf8'),
  }),
  listen: { address: '127.0.0.1', port: 0, names: [], tls: undefined },
  gate: (port) => {
    const gate = makeLinkGate({ operator: 'bench', port });
    paths.push(gate.path);
    return gate;
  },
  now: () => new Date(),
  signal: controller.signal,
});
running.board.subscribe(({ change }) => {
  // Its own change has no such table, so this ends.
  if (change.balancers ?? change.sites) running.board.put({ traffic: wellTraffic(model, tick) });
});
running.board.put({ holdings: wellView(model).holdings });
console.log(`http://127.0.0.1:${running.port}${paths[0] ?? ''}`);

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'move') break;
  const [first, ...rest] = running.board.view().holdings;
  if (first === undefined) throw new Error('the edge has no VIP');
  const holder = first.holders[0] === 'lb2' ? 'lb1' : 'lb2';
  console.log(`${holder} ${Date.now()}`);
  running.board.put({ holdings: [{ ...first, holders: [holder], since: new Date().toISOString() }, ...rest] });
}
controller.abort();
await running.ended;
rmSync(directory, { recursive: true, force: true });

function statusOf({ name }: Model, view: EdgeView): EdgeStatus {
  const { problems, vips, balancers, backends, nameservers, webServers, sites, certificates } = view;
  return {
    version: 1,
    edge: name,
    at: view.look[0]?.at ?? '',
    healthy: true,
    problems,
    vips,
    balancers,
    backends,
    nameservers,
    webServers,
    sites,
    certificates,
    notAsked: { sites: 0, names: 0 },
  };
}
