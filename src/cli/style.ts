import { styleText } from 'node:util';
import { plainStyle, type TextStyle } from '../report/text-style.ts';
import type { CliContext } from './context.ts';

const formats = { good: 'green', bad: 'red', warn: 'yellow', quiet: 'dim', strong: 'bold' } as const;

/** Colours on a terminal, plain text elsewhere and under NO_COLOR. */
export function styleFor(context: Pick<CliContext, 'terminal'>): TextStyle {
  if (!context.terminal) return plainStyle;
  return (tone, text) => styleText(formats[tone], text, { validateStream: false });
}
