import { describe, expect, it } from 'vitest';
import { suggestHostName, textKinds } from './text-kinds.ts';
import type { TextKind } from './text-kinds.ts';

describe('text kinds', () => {
  it.each(Object.entries(textKinds))('%s accepts its own example, and its pattern agrees', (_name, kind: TextKind) => {
    expect(kind.accepts(kind.example)).toBe(true);
    if (kind.pattern !== undefined) expect(kind.example).toMatch(new RegExp(kind.pattern, 'u'));
  });

  // What a check looks for in an answer stands in JSON only, so it may hold quotes; a word of a command is one of an argv array, and a
  // login name is sent in base64.
  const free = ['bodyText', 'argument', 'loginName'];
  it.each(Object.entries(textKinds).filter(([name]) => !free.includes(name)))(
    '%s refuses what would break a file or a command line',
    (_name, kind: TextKind) => {
      for (const text of ['', ' ', 'a\nb', 'a\0b', '-o x', '"; rm', '$(id)\n', '\u202e'])
        expect(kind.accepts(text)).toBe(false);
    },
  );

  it.each(['argument', 'loginName'] as const)('%s is one line of visible text', (name) => {
    for (const text of ['--edge', 'a b', '$(id)', '"; rm']) expect(textKinds[name].accepts(text)).toBe(true);
    for (const text of ['', 'a\nb', 'a\r', 'a\0b', '\u202e']) expect(textKinds[name].accepts(text)).toBe(false);
  });

  it.each([
    [
      'webhookUrl',
      ['https://a.example/x?y=1', 'http://127.0.0.1:9/'],
      ['https://u:p@a.example/', 'ftp://a.example/', 'https://a/#b'],
    ],
    [
      'headerName',
      ['X-Token', 'Authorization'],
      ['Host', 'content-type', 'Content-Length', 'X Token', 'X:', 'Evenkeel-Id'],
    ],
    [
      'mailAddress',
      ['a.b+c@example.com', "o'hara@example.com", '#ops@localhost'],
      [
        'a@b@c',
        'a b@c.example',
        '<a@c.example>',
        'a@c.example\r\nDATA',
        'a..b@c.example',
        '.a@c.example',
        'a@-c',
        'ä@c.example',
      ],
    ],
    ['mailHost', ['mail.example.com', '10.0.0.1', 'fd00::1'], ['mail.example.com:25', 'mail_1', 'a b']],
  ] as const)('%s takes what may stand there and nothing else', (name, good, bad) => {
    expect(good.filter((text) => !textKinds[name].accepts(text))).toEqual([]);
    expect(bad.filter((text) => textKinds[name].accepts(text))).toEqual([]);
  });

  it('what a check looks for is one line of visible text', () => {
    const { accepts } = textKinds.bodyText;
    for (const text of ['{"status":"ok"}', 'läuft', '-', 'all is well']) expect(accepts(text)).toBe(true);
    for (const text of ['', ' ', 'a\nb', 'a\0b', '\u202e', 'a'.repeat(201)]) expect(accepts(text)).toBe(false);
  });

  it.each([
    ['duration', '5', 'write `5s`'],
    ['duration', '2 minutes', 'write `2m`'],
    ['duration', '300 MS', 'write `300ms`'],
    ['duration', '1:30', 'write `90s`'],
    ['size', '32 MiB', 'write `32m`'],
    ['name', 'Web Server 1', 'write `web-server-1`'],
    ['address', '10.0.0.1/8', 'write `10.0.0.1`; the prefix length stands with the network'],
    ['ipv4Network', '10.1.0.0/8', 'write `10.0.0.0/8`, the first address of that network'],
    ['ipv6Network', 'fd00::1', 'add the prefix length: `fd00::1/64` perhaps'],
    ['urlPath', 'health', 'write `/health`'],
    ['webhookUrl', 'chat.example.com/hook', 'write `https://chat.example.com/hook`'],
    [
      'webhookUrl',
      'https://u:p@chat.example.com/',
      'keep a secret in a file: `header`, or `url-file` for the whole URL',
    ],
    ['mailAddress', 'Ops <ops@example.com>', 'write `ops@example.com`'],
    ['mailAddress', 'mailto:ops@example.com', 'write `ops@example.com`'],
    ['mailHost', 'mail.example.com:25', 'the port stands in `port`'],
    ['interface', 'eth0@if7', 'write `eth0`, without what follows the @'],
  ] as const)('%s: %s is mended', (name, text, fix) => {
    const kind: TextKind = textKinds[name];
    expect(kind.accepts(text)).toBe(false);
    expect(kind.suggest?.(text)).toBe(fix);
  });

  it.each([
    ['https://www.example.com/shop', 'write `www.example.com`'],
    ['example.com.', 'write `example.com`'],
    ['example.com:443', 'write `example.com`'],
    ['bücher.example', 'write its ASCII form `xn--bcher-kva.example`'],
    ['my_shop.com', 'host names have no `_`; use `-`'],
  ])('a host name like %s is mended', (text, fix) => {
    expect(suggestHostName(text)).toBe(fix);
  });
});
