import { describe, expect, it } from 'vitest';
import type { Finding } from '../spec/edge-document.ts';
import { checkKinds } from '../spec/spec.ts';
import type { CheckSpec } from '../spec/spec.ts';
import { checkCheck, resolveCheck } from './resolve-check.ts';

function findings(written: CheckSpec): readonly Finding[] {
  const found: Finding[] = [];
  checkCheck(['pools', 'web', 'check'], written, (finding) => found.push(finding));
  return found;
}

describe('resolveCheck', () => {
  it('takes what is written and fills in the rest', () => {
    expect(
      resolveCheck({
        kind: 'https',
        status: [204, 200, 204],
        body: 'OK',
        interval: '500ms',
        'slow-start': '30s',
        fall: 3,
      }),
    ).toEqual({
      kind: 'https',
      path: '/',
      host: undefined,
      statuses: [204, 200],
      body: 'OK',
      timeoutMs: 2000,
      intervalMs: 500,
      rise: 2,
      fall: 3,
      slowStartMs: 30_000,
      failures: 2,
      windowMs: 5000,
    });
  });

  it('keeps one status as a list of one', () => {
    expect(resolveCheck({ status: 204 }).statuses).toEqual([204]);
  });
});

describe('checkCheck', () => {
  it.each(checkKinds)('has nothing to say about a plain check of kind %s', (kind) => {
    expect(findings({ kind, interval: '100ms', timeout: '10s', rise: 1 })).toEqual([]);
  });

  it('names every key without effect', () => {
    const written = { path: '/health', host: 'shop.example', status: 200, body: 'OK' };
    const keys = (kind: CheckSpec['kind'] & string): unknown =>
      findings({ ...written, kind }).map(({ path }) => path.at(-1));
    expect(keys('http')).toEqual([]);
    expect(keys('https')).toEqual([]);
    expect(keys('tcp')).toEqual(['path', 'host', 'status', 'body']);
    expect(keys('grpc')).toEqual(['path', 'status', 'body']);
  });

  it('refuses less than 100 ms', () => {
    expect(findings({ interval: '99ms' }).map(({ code }) => code)).toEqual(['EK515']);
  });
});
