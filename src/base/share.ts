/** Reads `99.9%` into per cent: 50 to 99.999, at most three decimals. Undefined when it is no such share. */
export function parseShare(text: string): number | undefined {
  const [, digits] = /^(\d{2}(?:\.\d{1,3})?)%$/.exec(text) ?? [];
  const percent = Number(digits);
  return digits !== undefined && percent >= 50 ? percent : undefined;
}
