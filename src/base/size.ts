const unitBytes: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Reads `512k`, `32m`, `1g` (NGINX's units, powers of 1024) into bytes; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,9})([kmg])$/i.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * (unitBytes[(match[2] ?? '').toLowerCase()] ?? Number.NaN);
}
