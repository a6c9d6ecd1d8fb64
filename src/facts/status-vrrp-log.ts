/** What keepalived last said of a VRRP instance. */
export interface VrrpState {
  /** The instance's name in keepalived.conf. */
  readonly instance: string;
  readonly state: 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP';
  /** Seconds since 1970, the host's clock. */
  readonly since: number;
}

/**
 * Reads `journalctl -u keepalived -o short-unix`: the last `(NAME) Entering STATE STATE` of each instance
 * (vrrp_scheduler.c, the same words in 2.2.7 and 2.3.3). Sorted by instance. An instance whose line has been rotated
 * away is missing.
 */
export function parseVrrpLog(text: string): readonly VrrpState[] {
  const last = new Map<string, VrrpState>();
  for (const line of text.split('\n')) {
    const time = Number(/^(\d+(?:\.\d+)?) /.exec(line)?.[1]);
    if (Number.isNaN(time)) continue;
    const [, instance, state] = /: \(([^)]+)\) Entering (MASTER|BACKUP|FAULT|STOP) STATE/.exec(line) ?? [];
    if (instance !== undefined && isState(state)) {
      last.set(instance, { instance, state, since: time });
    } else if (/: Stopped Keepalived/.test(line)) {
      for (const [name, known] of last) last.set(name, { ...known, state: 'STOP', since: time });
    }
  }
  return [...last.values()].toSorted((a, b) => a.instance.localeCompare(b.instance));
}

function isState(text: string | undefined): text is VrrpState['state'] {
  return text === 'MASTER' || text === 'BACKUP' || text === 'FAULT' || text === 'STOP';
}
