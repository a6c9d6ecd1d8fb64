import type { FaultDetails } from '../base/fault.ts';
import { visibleText } from './visible-text.ts';

/** A Fault as text: where, what, the command, the daemon's own words, what was left in which state, the next step. */
export function printFault(details: FaultDetails): string {
  const place = details.host === undefined ? '' : `${details.host}: `;
  const lines = [`error: ${place}${details.message} [${details.code}]`];
  if (details.command !== undefined) lines.push(`  command: ${details.command.map(showWord).join(' ')}`);
  if (details.said !== undefined && details.said !== '') {
    lines.push(
      '  it said:',
      ...details.said.split('\n').map((line) => `    ${visibleText(line.replaceAll('\t', '  '))}`),
    );
  }
  if (details.state !== undefined) lines.push(`  state: ${details.state}`);
  if (details.next !== undefined) lines.push(`  next: ${details.next}`);
  return `${lines.join('\n')}\n`;
}

/** A word as a person would type it in a shell; long scripts are cut. For reading only. */
function showWord(word: string): string {
  const short = word.length > 120 ? `${word.slice(0, 117)}...` : word;
  return /^[\w@%+=:,./-]+$/.test(short) ? short : `'${short.replaceAll("'", String.raw`'\''`).replaceAll('\n', ' ')}'`;
}
