import type { LoadOrder } from './load-stream.ts';
import type { ProbeRecord } from './probe.ts';

/** What the probe's lines say; undefined for a line that is none of its own. It is the same program: only its kind is looked at. */
export function readProbeLine(line: string): ProbeRecord | { readonly kind: 'ready' } | undefined {
  const value = parse(line);
  return isProbeLine(value) ? value : undefined;
}

/** The order on the probe's standard input; undefined when it is none. */
export function readLoadOrder(line: string): LoadOrder | undefined {
  const value = parse(line);
  return isLoadOrder(value) ? value : undefined;
}

const kinds = ['ready', 'request', 'connection', 'answer', 'stall'];

function isProbeLine(value: unknown): value is ProbeRecord | { readonly kind: 'ready' } {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.some((kind) => kind === value.kind);
}

function isLoadOrder(value: unknown): value is LoadOrder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'streams' in value &&
    Array.isArray(value.streams) &&
    'nameservers' in value &&
    Array.isArray(value.nameservers)
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
