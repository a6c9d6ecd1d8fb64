import { snapshot } from './edge-state.ts';

/** A server that counts how long nobody was there is told at most so often. Milliseconds. */
const againMs = 60_000;

let toldAt = Number.NEGATIVE_INFINITY;

/**
 * Tells the server that a person uses the page: what the page reads by itself keeps no session alive. Where no account is asked for,
 * nobody counts.
 */
export function tellPresence(): void {
  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, tell, { passive: true });
}

function tell(): void {
  const now = performance.now();
  if (snapshot.value?.wayIn !== 'account' || now - toldAt < againMs) return;
  toldAt = now;
  // The stream tells when a session has ended, and when the server is gone.
  void fetch('/api/presence', { method: 'POST', headers: { 'Evenkeel-Request': '1' } }).catch(() => undefined);
}
