import { describe, expect, it } from 'vitest';
import { certificateCovers } from './check-certificates.ts';

describe('certificateCovers (RFC 6125)', () => {
  it.each([
    ['example.com', 'example.com'],
    ['WWW.Example.com', 'www.example.com'],
    ['*.example.com', 'www.example.com'],
    ['*.example.com', '*.example.com'],
  ])('%s covers %s', (pattern, name) => {
    expect(certificateCovers(pattern, name)).toBe(true);
  });

  it.each([
    ['*.example.com', 'example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', '*.app.example.com'],
    ['www.example.com', '*.example.com'],
    ['*.com', 'a.example.com'],
    ['*', 'example'],
    ['example.com', 'badexample.com'],
  ])('%s does not cover %s', (pattern, name) => {
    expect(certificateCovers(pattern, name)).toBe(false);
  });
});
