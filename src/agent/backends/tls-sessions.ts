/** So many backends' sessions are kept; beyond that the oldest go. */
const limit = 1000;

/** TLS sessions by target: a full handshake each second is most of what a check over TLS costs both sides. */
const sessions = new Map<string, Buffer>();

/** The last session with a target; undefined: none yet. */
export function keptSession(key: string): Buffer | undefined {
  return sessions.get(key);
}

/** Keeps a session for the next check of a target. A server that does not know it any more makes a new one. */
export function keepSession(key: string, session: Buffer): void {
  sessions.delete(key);
  sessions.set(key, session);
  for (const oldest of sessions.keys()) {
    if (sessions.size <= limit) return;
    sessions.delete(oldest);
  }
}
