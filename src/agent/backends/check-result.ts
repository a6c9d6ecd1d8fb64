/**
 * What came of asking a backend once. `failed` is the backend's or the way's fault, `skipped` this host's own (no
 * sockets left, held up for longer than the timeout): it says nothing about the backend. `ms` is the time it took.
 */
export type CheckResult =
  | { readonly kind: 'passed'; readonly ms: number }
  | { readonly kind: 'failed'; readonly ms: number; readonly error: string }
  | { readonly kind: 'skipped'; readonly error: string };
