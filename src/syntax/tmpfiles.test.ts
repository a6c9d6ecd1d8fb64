import { describe, expect, it } from 'vitest';

import { printTmpfiles, type TmpfilesEntry } from './tmpfiles.ts';

const entry: TmpfilesEntry = {
  kind: 'file-if-missing',
  path: '/run/x/nginx',
  mode: 0o644,
  user: 'root',
  group: 'root',
  content: '1',
  note: 'born down',
};

describe('printTmpfiles', () => {
  it('prints directories and files', () => {
    expect(printTmpfiles(['head'], [{ ...entry, kind: 'directory', path: '/run/x', mode: 0o755, content: '' }, entry]))
      .toBe(`# head
# born down
d /run/x 0755 root root -
# born down
f /run/x/nginx 0644 root root - 1
`);
  });

  it('doubles % and quotes blanks in a path', () => {
    expect(printTmpfiles([], [{ ...entry, path: '/run/a b%c' }])).toContain('f "/run/a b%%c" 0644');
  });

  it('refuses anything that could start another line or column', () => {
    for (const bad of [{ path: 'run' }, { path: '/a\nb' }, { user: 'a b' }, { content: '1 2' }, { note: 'a\nb' }])
      expect(() => printTmpfiles([], [{ ...entry, ...bad }])).toThrow(/^no |one line/);
  });
});
