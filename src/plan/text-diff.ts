import { createTwoFilesPatch } from 'diff';
import { certificateDiff } from './certificate-diff.ts';

/** More differing lines than this are counted, not shown: the search for the shortest edit is quadratic. */
const longestEdit = 2000;

/** A unified diff of two files' bytes; what is no text, a certificate, or too different is described in one line. */
export function textDiff(before: Uint8Array, after: Uint8Array): string {
  const old = decodeText(before);
  const fresh = decodeText(after);
  if (old === undefined || fresh === undefined) return `binary: ${before.length} -> ${after.length} bytes\n`;
  if (old === fresh) return '';
  const certificates = certificateDiff(old, fresh);
  if (certificates !== undefined) return certificates;
  const patch = createTwoFilesPatch('on the host', 'from the edge file', old, fresh, undefined, undefined, {
    context: 3,
    maxEditLength: longestEdit,
  });
  if (patch === undefined) return `too different to show: ${countLines(old)} -> ${countLines(fresh)} lines\n`;
  return patch.slice(patch.indexOf('\n@@') + 1);
}

/** How many lines a text has; a last line without end counts. */
export function countLines(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}

function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
