import { algorithms } from '../../src/spec/spec.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderNginxBalancer } from '../../src/render/nginx-balancer.ts';
import { renderNginxWeb } from '../../src/render/nginx-web.ts';
import type { Model } from '../../src/model/model.ts';
import { resolveCheck } from '../../src/model/resolve-check.ts';
import type { SiteCertificate } from '../../src/render/render-input.ts';
import { block, directive } from '../../src/syntax/nginx.ts';
import { printNginx } from '../../src/syntax/nginx-print.ts';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { anyModel } from '../kit/nginx-arbitrary.ts';
import { selfSigned } from '../kit/nginx-bench.ts';
import { backend, nginxInput, nginxModel, pool, site, webServer } from '../kit/nginx-input.ts';
import { openImage } from '../kit/open-image.ts';
import type { OpenImage } from '../kit/open-image.ts';

let folder = '';
let certificate: SiteCertificate = { chainPem: '', keyPem: '' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-nginx-'));
  certificate = await selfSigned(folder, ['shop.example']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const said = [
  'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
  'nginx: configuration file /etc/nginx/nginx.conf test is successful',
];

describe.each(['debian12', 'debian13'] as const)('the NGINX of %s', (release) => {
  let image: OpenImage;
  beforeAll(async () => {
    image = await openImage(release);
  });
  afterAll(() => image.close());

  /** Renders every host of the model, asks the real NGINX, and returns what it says besides its two lines of success. */
  async function complaints(model: Model): Promise<readonly string[]> {
    const input = nginxInput(model, release, certificate);
    const found: string[] = [];
    for (const files of [
      ...model.balancers.map((balancer) => renderNginxBalancer(input, balancer)),
      ...model.webServers.map((web) => renderNginxWeb(input, web)),
    ]) {
      await image.write(files);
      const outcome = await image.run(['nginx', '-t']);
      found.push(...outcome.stderr.split('\n').filter((line) => line !== '' && !said.includes(line)));
      if (outcome.exitCode !== 0) found.push(`exit code ${outcome.exitCode}`);
    }
    return found;
  }

  test('accepts every algorithm and option without a warning', async () => {
    const model = nginxModel({
      vips: [{ ipv4: '10.77.0.100', ipv6: 'fd77::100' }, { ipv4: '10.77.0.200' }],
      web: [webServer('web1', '10.77.0.31')],
      pools: algorithms.map((algorithm) =>
        pool(algorithm, [backend('web1', '10.77.0.31:80'), backend('web2', '[fd77::32]:8080', { weight: 7 })], {
          algorithm,
          check: resolveCheck({ path: '/healthz', status: 204, timeout: '1ms', failures: 3, window: '1500ms' }),
        }),
      ),
      sites: algorithms.map((algorithm, index) =>
        site(`${algorithm}.example`, algorithm, {
          names: [`${algorithm}.example`, `*.${algorithm}.example`],
          redirect: index % 2 === 0,
          hsts: index % 3 === 0,
          vips: index % 2 === 0 ? ['vip1', 'vip2'] : ['vip2'],
        }),
      ),
    });
    expect(await complaints(model)).toEqual([]);
  });

  test.each([
    ['devops.com', exampleModel],
    ['dual-stack', dualStackModel],
  ] as const)('accepts what the golden tree of %s holds', async (_name, model) => {
    expect(await complaints(model())).toEqual([]);
  });

  test('accepts any model without a warning', async () => {
    for (const model of fc.sample(anyModel, { numRuns: 12, seed: 20261122 })) {
      expect(await complaints(model)).toEqual([]);
    }
  });

  test('accepts the longest names and hundreds of sites', async () => {
    const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(53)}.example`;
    const poolName = `p${'-'.repeat(61)}z`;
    const many = Array.from({ length: 300 }, (_, index) =>
      site(`s${index}`, poolName, { names: [`shop-${index}.example`, `*.shop-${index}.example`] }),
    );
    const model = nginxModel({
      pools: [pool(poolName, [backend('web1', '10.77.0.31:80')], { algorithm: 'sticky-cookie' })],
      sites: [site(long, poolName), ...many],
    });
    expect(await complaints(model)).toEqual([]);
  });

  test('reads back every text that the printer quotes', async () => {
    const samples = fc.sample(
      fc
        .string({ unit: fc.constantFrom(...' "\'\\;{}#()/~*:nrt_aé漢'), minLength: 1, maxLength: 12 })
        .filter((text) => text.trim() !== ''),
      { numRuns: 300, seed: 1 },
    );
    const locations = samples.map((text, index) =>
      block('location', ['=', `/${index}`], [directive('return', '200', text)]),
    );
    const server = block('server', [], [directive('listen', '127.0.0.1:8081'), ...locations]);
    const text = printNginx([block('events', [], []), block('http', [], [server])]);
    await image.write([{ path: '/tmp/quoting.conf', bytes: new TextEncoder().encode(text), mode: 0o644 }]);
    const started = await image.start(['nginx', '-c', '/tmp/quoting.conf', '-g', 'pid /run/quoting.pid;']);
    expect(started.stderr).toBe('');
    const answers = await image.runInNetwork([
      'curl',
      '--silent',
      '--show-error',
      '--write-out',
      '\n',
      `http://127.0.0.1:8081/[0-${samples.length - 1}]`,
    ]);
    expect(answers.stdout.split('\n').slice(0, -1)).toEqual(samples);
  });
});
