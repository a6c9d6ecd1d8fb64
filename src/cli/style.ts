import { styleText } from 'node:util';

/** How a piece of text is meant; the words carry the meaning, colour only helps the eye. */
export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong';

/** Gives text its tone, or leaves it as it is. */
export type Style = (tone: Tone, text: string) => string;

const formats = { good: 'green', bad: 'red', warn: 'yellow', quiet: 'dim', strong: 'bold' } as const;

/** Colours for a terminal; plain text when `kind` is `plain`. NO_COLOR is honoured by the caller. */
export function makeStyle(kind: 'colour' | 'plain'): Style {
  if (kind === 'plain') return (_tone, text) => text;
  return (tone, text) => styleText(formats[tone], text, { validateStream: false });
}
