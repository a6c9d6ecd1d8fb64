import { describe, expect, it } from 'vitest';

import { desiredFile } from './make-file.ts';

const draft = { host: 'lb1', path: '/etc/x', activates: 'none', why: 'a test' } as const;

describe('desiredFile', () => {
  it('encodes text as UTF-8 and hashes the bytes', () => {
    const file = desiredFile({ ...draft, content: 'é\n' });
    expect([...file.bytes]).toEqual([0xc3, 0xa9, 0x0a]);
    // printf 'é\n' | sha256sum
    expect(file.hash).toBe('edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2');
  });

  it('gives public files 0644 root:root and secrets 0600', () => {
    expect(desiredFile({ ...draft, content: '' })).toMatchObject({
      mode: 0o644,
      owner: 'root:root',
      visibility: 'public',
    });
    expect(desiredFile({ ...draft, content: '', visibility: 'secret' }).mode).toBe(0o600);
    expect(desiredFile({ ...draft, content: '', visibility: 'secret', mode: 0o640 }).mode).toBe(0o640);
  });
});
