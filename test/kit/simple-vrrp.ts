/** One VRRP instance (RFC 9568, section 6.4), with preemption at once, and FAULT as keepalived has it. */
export interface SimpleVrrp {
  readonly hear: (now: number, advert: Advert) => void;
  readonly step: (now: number, state: 'well' | 'fault' | 'dead') => void;
  /** Since when it is master; undefined: it is not. */
  readonly masterSince: () => number | undefined;
}

/** Priority 0: the sender lets go. */
export interface Advert {
  readonly priority: number;
}

/** Makes one; `send` gets its adverts. */
export function simpleVrrp({
  priority,
  advertMs,
  send,
}: {
  readonly priority: number;
  readonly advertMs: number;
  readonly send: (advert: Advert, now: number) => void;
}): SimpleVrrp {
  const skewMs = ((256 - priority) / 256) * advertMs;
  let state:
    | { readonly kind: 'fault' }
    | { kind: 'backup'; deadline: number }
    | { kind: 'master'; since: number; next: number } = {
    kind: 'fault',
  };
  return {
    masterSince: () => (state.kind === 'master' ? state.since : undefined),
    hear(now, advert) {
      switch (state.kind) {
        case 'fault':
          return;
        case 'backup':
          if (advert.priority === 0) state.deadline = now + skewMs;
          else if (advert.priority >= priority) state.deadline = now + 3 * advertMs + skewMs;
          return;
        case 'master':
          if (advert.priority === 0) send({ priority }, now);
          else if (advert.priority > priority) state = { kind: 'backup', deadline: now + 3 * advertMs + skewMs };
      }
    },
    step(now, health) {
      if (health !== 'well') {
        if (state.kind === 'master' && health === 'fault') send({ priority: 0 }, now);
        state = { kind: 'fault' };
        return;
      }
      if (state.kind === 'fault') state = { kind: 'backup', deadline: now + 3 * advertMs + skewMs };
      if (state.kind === 'backup' && now >= state.deadline) state = { kind: 'master', since: now, next: now };
      if (state.kind === 'master' && now >= state.next) {
        send({ priority }, now);
        state.next += advertMs;
      }
    },
  };
}
