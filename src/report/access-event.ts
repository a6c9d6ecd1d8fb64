/** What is written down about who comes in. */
export const accessKinds = [
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'account-added',
  'account-reset',
  'account-removed',
  'token-added',
  'token-removed',
] as const;

/** Something that happened to an account, a session or a token. */
export interface AccessEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: (typeof accessKinds)[number];
  /** The account or the token; empty for a name that no account has, which may be a password in the wrong field. */
  readonly who: string;
  /** Where it came from: an IP address, or `command line`. */
  readonly address: string;
  /** More about it, in words; may be empty. */
  readonly note: string;
}

/** An event with its number. */
export type NumberedAccessEvent = AccessEvent & { readonly id: number };
