/** Reads `nft list tables`, a line `table FAMILY NAME` for each: as `FAMILY NAME`. */
export function parseTables(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^table (\S+ \S+)$/.exec(line.trim())?.[1] ?? []);
}
