import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyModel } from '../../test/kit/nginx-arbitrary.ts';
import { backend, nginxInput, nginxModel, pool, site } from '../../test/kit/nginx-input.ts';
import { brokenRules } from '../../test/kit/nginx-rules.ts';
import type { DesiredFile } from './desired-file.ts';
import { renderNginxBalancer } from './nginx-balancer.ts';
import { renderNginxWeb } from './nginx-web.ts';

const release = fc.constantFrom('debian12' as const, 'debian13' as const);

test('no model makes a balancer break a rule', () => {
  fc.assert(
    fc.property(anyModel, release, (model, release) => {
      const input = nginxInput(model, release);
      for (const balancer of model.balancers) expect(brokenRules(renderNginxBalancer(input, balancer))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('no model makes a web server break a rule', () => {
  fc.assert(
    fc.property(anyModel, release, (model, release) => {
      const input = nginxInput(model, release);
      for (const web of model.webServers) expect(brokenRules(renderNginxWeb(input, web))).toEqual([]);
    }),
  );
});

test('secrets are in no file that is shown', () => {
  fc.assert(
    fc.property(anyModel, release, (model, release) => {
      const input = nginxInput(model, release, { chainPem: 'THE CHAIN', keyPem: 'THE KEY' });
      const shown = model.balancers
        .flatMap((balancer) => renderNginxBalancer(input, balancer))
        .filter((file) => file.visibility === 'public')
        .map((file) => new TextDecoder().decode(file.bytes));
      expect(shown.filter((text) => text.includes('THE KEY') || text.includes('\u0001'))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('balancers of one release differ in nothing but their name', () => {
  fc.assert(
    fc.property(anyModel, release, (model, release) => {
      // Names that no part of a random model has by chance.
      const balancers = model.balancers.map((balancer) => ({ ...balancer, name: `balancer--${balancer.name}--` }));
      const input = nginxInput({ ...model, balancers }, release);
      const texts = balancers.map((balancer) =>
        renderNginxBalancer(input, balancer)
          .map((file) => new TextDecoder().decode(file.bytes).replaceAll(balancer.name, 'NAME'))
          .join('\n'),
      );
      expect(new Set(texts).size).toBe(1);
    }),
    { numRuns: 50 },
  );
});

/** The rules themselves: each of these changes of a good configuration must be noticed. */
test.each([
  ['$host', '$http_host', 'no $http_host'],
  ['https://$host$request_uri', 'https://$host$uri', 'no client text'],
  ['proxy_pass http://web;', 'proxy_pass http://web/;', 'proxy_pass leads'],
  ['proxy_pass http://web;', 'proxy_pass http://$arg_to;', 'proxy_pass leads'],
  ['proxy_read_timeout 1m;', '', 'every proxied location'],
  ['http_503;', 'http_503 non_idempotent;', 'no second try'],
  [
    'location / {\n        proxy_pass',
    'location / {\n        add_header A b;\n        proxy_pass',
    'headers are inherited',
  ],
  ['return 503;', 'proxy_pass http://web;', 'if does nothing but return'],
  ['server_name up.evenkeel;', 'server_name up.evenkeel;\n    stub_status;', 'counters stay'],
  ['ssl_protocols TLSv1.2', 'ssl_protocols TLSv1.1 TLSv1.2', 'TLS 1.2 and 1.3'],
  ['ssl_early_data off', 'ssl_early_data on', 'TLS 1.2 and 1.3'],
  ['listen 10.77.0.100:443 ssl default_server;', '', 'every address has a default'],
  ['listen *:443 ssl default_server backlog=16384;', '', 'a wildcard binds'],
  ['listen 10.77.0.100:80;', 'listen 10.77.0.100:80 reuseport;', 'a wildcard binds'],
  ['client_header_timeout 15s;', '', 'slow and large'],
  ['zone web', 'random two;\n    server 10.0.0.9 backup;\n    zone web', 'a spare server'],
  ['keepalive 64;', '', 'upstreams are shared'],
  ['pcall(evenkeel.done, [[shop.example]], [[web]])', 'evenkeel.done()', 'Lua only calls our code'],
  ['[[web]],', '[[web]]..x,', 'Lua only calls our code'],
  ['modules/ndk_http_module.so', 'modules/ngx_http_perl_module.so', 'modules of Lua only'],
  ['server_name up.evenkeel;', 'server_name shop.example;', 'names stand once'],
  ['server_name shop.example;', 'server_name ~shop;', 'no regular expressions'],
  ['server_name shop.example;', 'server_name shop.example;\n    autoindex on;', 'directives that are never'],
])('%j changed to %j is noticed', (from, to, rule) => {
  const model = nginxModel({
    pools: [pool('web', [backend('web1', '10.77.0.31:80')])],
    sites: [site('shop.example', 'web')],
  });
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('no balancer');
  const files = renderNginxBalancer(nginxInput(model, 'debian13'), balancer);
  expect(brokenRules(files)).toEqual([]);
  const broken = brokenRules(files.map((file) => replaced(file, from, to)));
  expect(broken.map((one) => one.slice(0, rule.length))).toContain(rule);
});

function replaced(file: DesiredFile, from: string, to: string): DesiredFile {
  if (!file.path.endsWith('.conf')) return file;
  return { ...file, bytes: new TextEncoder().encode(new TextDecoder().decode(file.bytes).replaceAll(from, to)) };
}
