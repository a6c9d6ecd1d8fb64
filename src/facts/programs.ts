import type { ProgramFacts } from './host-facts.ts';

/** Reads `find -printf '%s %m %u:%g %p\n'`: bytes, octal mode, owner, path. Lines that are none are left out. */
export function parsePrograms(text: string): ReadonlyMap<string, ProgramFacts> {
  return new Map(
    [...text.matchAll(/^(\d+) ([0-7]+) (\S+:\S+) (\/.+)$/gm)].map(([, size = '', mode = '', owner = '', path = '']) => [
      path,
      { size: Number(size), mode: Number.parseInt(mode, 8), owner },
    ]),
  );
}
