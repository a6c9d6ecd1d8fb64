import { formatDuration, parseDuration } from '../base/duration.ts';
import type { Path } from '../spec/edge-document.ts';
import type { CheckKind, CheckSpec } from '../spec/spec.ts';
import type { Report } from './findings.ts';
import type { Check } from './model.ts';

/** Below this, checks would be most of what a backend does: every balancer asks it. */
const shortestIntervalMs = 100;

/** What each kind of check does not look at. */
const withoutEffect: Readonly<Record<CheckKind, readonly ('path' | 'host' | 'status' | 'body')[]>> = {
  http: [],
  https: [],
  tcp: ['path', 'host', 'status', 'body'],
  grpc: ['path', 'status', 'body'],
};

/** A check with all defaults; of an empty one it is what a pool without `check` has. */
export function resolveCheck(written: CheckSpec): Check {
  return {
    kind: written.kind ?? 'http',
    path: written.path ?? '/',
    host: written.host,
    statuses: statusesOf(written.status ?? 200),
    body: written.body,
    timeoutMs: milliseconds(written.timeout, 2000),
    intervalMs: milliseconds(written.interval, 1000),
    rise: written.rise ?? 2,
    fall: written.fall ?? 2,
    slowStartMs: milliseconds(written['slow-start'], 0),
    failures: written.failures ?? 2,
    windowMs: milliseconds(written.window, 5000),
  };
}

function statusesOf(written: number | readonly number[]): readonly [number, ...number[]] {
  const [first = 200, ...rest] = typeof written === 'number' ? [written] : new Set(written);
  return [first, ...rest];
}

/** Reads a written duration; what is left out or unreadable (that is reported elsewhere) is the default. */
export function milliseconds(written: string | undefined, byDefault: number): number {
  return (written === undefined ? undefined : parseDuration(written)) ?? byDefault;
}

/** Reports keys that the kind of check does not look at, and checks that come too often. */
export function checkCheck(path: Path, written: CheckSpec, report: Report): void {
  const kind = written.kind ?? 'http';
  for (const key of withoutEffect[kind]) {
    if (written[key] === undefined) continue;
    report({
      code: 'EK514',
      path: [...path, key],
      part: 'key',
      message: `\`${key}\` has no effect with a check of kind \`${kind}\``,
      fix: `remove \`${key}\`, or say \`kind: http\``,
    });
  }
  const intervalMs = milliseconds(written.interval, 1000);
  if (intervalMs < shortestIntervalMs) {
    report({
      code: 'EK515',
      path: [...path, 'interval'],
      part: 'value',
      message: `a check every ${formatDuration(intervalMs)} from each balancer is a load of its own`,
      fix: `make \`interval\` ${formatDuration(shortestIntervalMs)} or longer`,
    });
  }
}
