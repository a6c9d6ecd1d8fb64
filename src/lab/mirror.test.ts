import { describe, expect, test } from 'vitest';
import { imageSources, mirrorFromSources } from './mirror.ts';

describe('the mirror of this computer', () => {
  test('is read from deb822 files, over comments and other vendors', () => {
    const debian = `Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;
    const node = 'Types: deb\nURIs: https://deb.nodesource.com/node_20.x\nSuites: nodistro\nComponents: main\n';
    expect(mirrorFromSources([node, debian])).toEqual({
      main: 'http://mirror.example/debian',
      security: 'http://mirror.example/debian-security',
    });
  });

  test('is read from one-line files with options', () => {
    const text = `# deb http://old.example/debian bullseye main
deb-src http://src.example/debian trixie main
deb [arch=amd64 signed-by=/x.gpg] https://one.example/debian trixie main contrib
deb https://sec.example/debian-security trixie-security main
`;
    expect(mirrorFromSources([text])).toEqual({
      main: 'https://one.example/debian',
      security: 'https://sec.example/debian-security',
    });
  });

  test('passes over disabled stanzas, cdrom and other distributions', () => {
    const off = 'Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: trixie\nComponents: main\n';
    const other = 'deb cdrom:[Debian]/ trixie main\ndeb http://archive.ubuntu.com/ubuntu noble main\n';
    expect(mirrorFromSources([off, other])).toEqual({
      main: 'http://deb.debian.org/debian',
      security: 'http://deb.debian.org/debian-security',
    });
  });

  test('gives release, updates and security to the image', () => {
    expect(imageSources({ main: 'http://m/debian', security: 'http://m/sec' }, 'trixie')).toEqual([
      'deb http://m/debian trixie main',
      'deb http://m/debian trixie-updates main',
      'deb http://m/sec trixie-security main',
    ]);
  });
});
