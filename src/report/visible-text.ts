/**
 * Text of a host, a file or a person for a terminal: characters that would move its cursor, recolour it or turn the
 * direction of writing stand as a dot (Unicode general categories Cc and Cf).
 */
export function visibleText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u00b7');
}
