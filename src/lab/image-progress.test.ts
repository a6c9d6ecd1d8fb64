import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageProgress, saysDiskFull } from './image-progress.ts';

describe('the progress of an image', () => {
  test('follows stages, downloads and packages', () => {
    const read = imageProgress();
    const lines = [
      'I: running apt-get update...',
      'Get:7 http://deb.debian.org/debian trixie/main amd64 nginx amd64 1.26.3-3 [596 kB]',
      '0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.',
      'Selecting previously unselected package nginx.',
      'Unpacking nginx (1.26.3-3) ...',
      'Unpacking libc6:amd64 (2.41) ...',
      'Setting up nginx (1.26.3-3) ...',
    ];
    expect(lines.map(read)).toEqual([
      { note: 'running apt-get update...' },
      { note: 'downloading nginx' },
      undefined,
      undefined,
      { note: 'unpacking nginx', done: 1, total: 4 },
      { note: 'unpacking libc6', done: 2, total: 4 },
      { note: 'setting up nginx', done: 3, total: 4 },
    ]);
  });

  test('never says more than all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('Unpacking a (1) ...', 'Setting up a (1) ...', '3 newly installed', 'x')),
        (lines) => {
          const read = imageProgress();
          const over = lines.map(read).filter((progress) => (progress?.done ?? 0) > (progress?.total ?? 0));
          expect(over).toEqual([]);
        },
      ),
    );
  });
});

describe('a full disk', () => {
  test.each([
    'dpkg: error: failed to write: No space left on device',
    "E: You don't have enough free space in /var/cache/apt/archives/.",
    'tar: write error: Disk quota exceeded',
  ])('is known by: %s', (text) => {
    expect(saysDiskFull(text)).toBe(true);
  });

  test('is not any other failure', () => {
    expect(saysDiskFull('E: Unable to locate package nginy')).toBe(false);
  });
});
