import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallModel } from '../../../test/kit/small-edge.ts';
import { agentConfig } from '../../model/agent-config.ts';
import { pause } from '../pause.ts';
import { reachWord, type ReachWord } from '../reach-word.ts';
import { failbackPart } from './failback.ts';

/** The part on files of its own, with a script in the place of the one that talks to nft. */
let folder: string;
let stop: AbortController;
let running: Promise<void>;
let here: readonly string[];
let reach: ReachWord;
let log: string[];
const [lb1] = smallModel.balancers;
if (lb1 === undefined) throw new Error('the small model has a balancer');
const config = { ...agentConfig(smallModel, lb1), failback: { afterMs: 100, longestMs: 60_000 } };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-failback-'));
  mkdirSync(join(folder, 'run'));
  stop = new AbortController();
  running = Promise.resolve();
  here = [];
  log = [];
  reach = reachWord();
  reach.tell('some');
  say('settling', '1');
});
afterEach(async () => {
  stop.abort();
  await running;
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, 'run', name);

function say(name: string, verdict: string): void {
  writeFileSync(`${path(name)}.new`, `${verdict}\n`);
  renameSync(`${path(name)}.new`, path(name));
}

const said = (name: string): string => readFileSync(path(name), 'utf8').trim();
const expected = (): string => join(folder, 'expected');
const returns = (): unknown => JSON.parse(readFileSync(join(folder, 'returns.json'), 'utf8'));

/** Starts the part. The script writes down its words, and then does this. */
function begin(then = ''): void {
  writeFileSync(join(folder, 'handover'), `#!/bin/sh\necho "$@" >>${expected()}\n${then}\n`, { mode: 0o755 });
  running = failbackPart({
    files: {
      settling: path('settling'),
      blind: path('blind'),
      isolate: path('isolate'),
      nginxVerdict: path('nginx'),
      nginxAnswers: path('answers'),
      returns: join(folder, 'returns.json'),
    },
    handoverScript: join(folder, 'handover'),
    addressesOf: () => new Set(here),
    reach,
    wallClock: Date.now,
  })(
    {
      config,
      log: (line) => log.push(line),
      now: () => performance.now(),
      register: () => {},
      report: () => {},
    },
    stop.signal,
  );
}

async function eventually(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`never; ${log.join('\n')}`);
    await pause(20, stop.signal);
  }
}

/** Long enough for three looks. */
const threeLooks = (): Promise<void> => pause(1600, stop.signal);

test('who was well for a while expects connections, and then takes its VIPs back', async () => {
  begin();
  await eventually(() => said('settling') === '0');
  expect(readFileSync(expected(), 'utf8')).toBe(
    `expect 900 ${config.vips.flatMap((vip) => vip.addresses).join(' ')}\n`,
  );
  await eventually(() => existsSync(join(folder, 'returns.json')));
  expect(returns()).toEqual({ returns: [expect.any(Number)] });
});

test('who is blind settles, and does not return because another one fell silent', async () => {
  say('settling', '0');
  say('blind', '1');
  begin();
  await eventually(() => said('settling') === '1');
  // The other agent is restarted: nobody says any more that there is something to reach.
  say('blind', '0');
  reach.tell('unknown');
  await threeLooks();
  expect(said('settling')).toBe('1');
  expect(existsSync(expected())).toBe(false);
  reach.tell('some');
  await eventually(() => said('settling') === '0');
});

test('who has asked no backend yet waits, and who hears that nobody reaches any does not', async () => {
  reach = reachWord();
  begin();
  await threeLooks();
  expect(said('settling')).toBe('1');
  reach.tell('nobody');
  await eventually(() => said('settling') === '0');
});

test('who holds its VIPs already is in service at once, and connections of others are expected all the same', async () => {
  here = config.vips.flatMap((vip) => vip.addresses);
  begin();
  await eventually(() => said('settling') === '0');
  expect(existsSync(expected())).toBe(true);
  await threeLooks();
  expect(existsSync(join(folder, 'returns.json'))).toBe(false);
});

test('an NGINX that ends while connections are prepared is not overlooked', async () => {
  // What its unit's hooks do: it ended, and runs again.
  begin(
    `[ -e ${folder}/once ] || { echo 1 >${path('new')}; mv ${path('new')} ${path('settling')}; touch ${folder}/once; }`,
  );
  await eventually(() => existsSync(join(folder, 'once')));
  await eventually(() => said('settling') === '0');
  // The first try was given up: it took two.
  expect(readFileSync(expected(), 'utf8').trim().split('\n')).toHaveLength(2);
  expect(returns()).toEqual({ returns: [expect.any(Number)] });
});

test('a verdict that can not be written is no return, and is tried again', async () => {
  // Something lies where the new file is made.
  const inTheWay = `${path('settling')}.agent`;
  mkdirSync(inTheWay);
  begin();
  await eventually(() => log.some((line) => line.includes("can't be written")));
  expect(existsSync(join(folder, 'returns.json'))).toBe(false);
  rmdirSync(inTheWay);
  await eventually(() => said('settling') === '0');
  await eventually(() => existsSync(join(folder, 'returns.json')));
  expect(returns()).toEqual({ returns: [expect.any(Number)] });
});
