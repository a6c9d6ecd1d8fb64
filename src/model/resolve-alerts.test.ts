import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exampleFile, exampleModel, modelOfText } from '../../test/kit/example-model.ts';
import { defaultAfterMs } from './alert-settings.ts';

const example = readFileSync(exampleFile('devops.com'), 'utf8');

function alertsOf(section: string) {
  return modelOfText(`${example}\n${section}`).alerts;
}

test('without `alerts` nobody is told', () => {
  expect(exampleModel().alerts).toEqual({ afterMs: defaultAfterMs, repeatMs: 14_400_000, receivers: [] });
});

test('every default is filled in', () => {
  expect(
    alertsOf(`
alerts:
  receivers:
    chat: { webhook: { url: https://chat.example.com/hook } }
    ops: { mail: { to: [ops@example.com], from: edge@example.com, host: mail.example.com } }
    page: { command: [/usr/local/bin/page, --edge], severity: error }
`),
  ).toEqual({
    afterMs: defaultAfterMs,
    repeatMs: 14_400_000,
    receivers: [
      {
        name: 'chat',
        severity: 'warning',
        way: {
          kind: 'webhook',
          url: { kind: 'given', url: 'https://chat.example.com/hook' },
          header: undefined,
          ca: undefined,
          insecure: false,
        },
      },
      {
        name: 'ops',
        severity: 'warning',
        way: {
          kind: 'mail',
          to: ['ops@example.com'],
          from: 'edge@example.com',
          host: 'mail.example.com',
          port: 587,
          tls: 'starttls',
          login: undefined,
          ca: undefined,
        },
      },
      { name: 'page', severity: 'error', way: { kind: 'command', argv: ['/usr/local/bin/page', '--edge'] } },
    ],
  });
});

test('what is said holds', () => {
  const { afterMs, repeatMs, receivers } = alertsOf(`
alerts:
  severity: error
  repeat: 1h
  after: { backend: 5m, vip: 1ms }
  receivers:
    chat: { webhook: { url-file: secrets/url, header: { name: X-Token, file: secrets/token }, insecure: true }, severity: warning }
    ops: { mail: { to: [a@example.com], from: b@example.com, host: 10.0.0.1, tls: implicit, user: edge, password-file: secrets/mail, ca: ca.pem } }
`);
  expect(afterMs).toEqual({ ...defaultAfterMs, backend: 300_000, vip: 1 });
  expect(repeatMs).toBe(3_600_000);
  expect(receivers).toMatchObject([
    {
      severity: 'warning',
      way: {
        url: { kind: 'file', file: 'secrets/url' },
        header: { name: 'X-Token', file: 'secrets/token' },
        insecure: true,
      },
    },
    {
      severity: 'error',
      way: { port: 465, tls: 'implicit', login: { user: 'edge', passwordFile: 'secrets/mail' }, ca: 'ca.pem' },
    },
  ]);
});

describe('a port is that of its kind of TLS', () => {
  test.each([
    ['starttls', 587],
    ['implicit', 465],
    ['none', 25],
  ])('%s: %d', (tls, port) => {
    const [only] = alertsOf(
      `alerts: { receivers: { ops: { mail: { to: [a@example.com], from: b@example.com, host: localhost, tls: ${tls} } } } }`,
    ).receivers;
    expect(only?.way).toMatchObject({ port });
  });
});

test('no secret is ever part of a model: it holds paths', () => {
  const text = JSON.stringify(alertsOf('alerts: { receivers: { chat: { webhook: { url-file: secrets/url } } } }'));
  expect(text).toContain('secrets/url');
});
