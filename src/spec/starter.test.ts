import { describe, expect, it } from 'vitest';
import { resolveModel } from '../model/resolve-model.ts';
import { readEdgeFile } from './read-edge-file.ts';
import { starterEdgeFile } from './starter.ts';

describe('starterEdgeFile', () => {
  it.each([{}, { name: 'shop' }])('passes every check without a warning %j', (choices) => {
    const read = readEdgeFile({ file: 'edge.yaml', text: starterEdgeFile(choices) });
    expect(read).toMatchObject({ ok: true });
    const resolved = read.ok ? resolveModel(read.value) : read;
    expect(resolved).toMatchObject({ ok: true, value: { warnings: [], model: { name: choices.name ?? 'edge' } } });
  });

  it('stays right when its optional parts are switched on', () => {
    const text = starterEdgeFile()
      .replace('# ssh: { user', 'ssh: { user')
      .replaceAll('    # check: {', '    check: {')
      .replaceAll('    # timeouts: {', '    timeouts: {')
      .replaceAll('    # retry: {', '    retry: {')
      .replace(/^ {4}# (redirect|hsts|body-limit|slo): (\S+).*$/gm, '    $1: $2')
      .replace(': {}\n    # ttl', ':\n    ttl')
      .replace('    # records:', '    records:')
      .replace('    #   - {', '      - {')
      .replace('# clients:', 'clients:');
    const read = readEdgeFile({ file: 'edge.yaml', text });
    expect(read).toMatchObject({
      ok: true,
      value: {
        spec: {
          ssh: { user: 'admin' },
          pools: { web: { check: { path: '/health' }, timeouts: { read: '60s' }, retry: { attempts: 2 } } },
          sites: { 'example.home.arpa': { redirect: true, hsts: false, 'body-limit': '32m', slo: '99.9%' } },
          zones: { 'example.home.arpa': { ttl: 30, records: [{ name: 'mail' }] } },
          clients: { resolvers: ['dns1', 'dns2'] },
        },
      },
    });
    expect(read.ok && resolveModel(read.value)).toMatchObject({ ok: true, value: { warnings: [] } });
  });
});
