import { isObject, numberAt, objectsOf, textAt } from './fields.ts';

/** How one balancer's agent checks one backend. Counters since the agent first knew it. */
export interface BackendChecks {
  readonly pool: string;
  /** `web1:80` */
  readonly backend: string;
  readonly state: 'unknown' | 'up' | 'down';
  readonly checks: number;
  readonly failures: number;
  /** How often it went up or down. */
  readonly changes: number;
}

/** Reads what an agent answers to `ask backends`; none when it is something else. */
export function parseBackendChecks(value: unknown): readonly BackendChecks[] {
  if (!isObject(value)) return [];
  return objectsOf(value['views']).map((view) => {
    const state = textAt(view, 'state');
    return {
      pool: textAt(view, 'pool'),
      backend: textAt(view, 'backend'),
      state: state === 'up' || state === 'down' ? state : 'unknown',
      checks: numberAt(view, 'checks'),
      failures: numberAt(view, 'failures'),
      changes: numberAt(view, 'changes'),
    };
  });
}
