/**
 * Reads `pdns_control show '*'` of PowerDNS 4.7 and 4.9: `name=value,name=value,`. A value that is no whole number is left out, as is
 * anything that is not of this form: another version may say more.
 */
export function parsePowerdnsStatistics(text: string): ReadonlyMap<string, number> {
  const statistics = new Map<string, number>();
  for (const entry of text.split(/[,\n]/)) {
    const [, name, value] = /^\s*([a-z0-9-]+)=(\d+)\s*$/.exec(entry) ?? [];
    if (name !== undefined) statistics.set(name, Number(value));
  }
  return statistics;
}
