/** How a piece of text is meant; the words carry the meaning, colour only helps the eye. */
export type TextTone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong';

/** Gives text its tone, or leaves it as it is. `src/cli/style.ts` makes one. */
export type TextStyle = (tone: TextTone, text: string) => string;

/** A style without any colour. */
export function plainStyle(_tone: TextTone, text: string): string {
  return text;
}
