import { createHash } from 'node:crypto';

import type { Activation, DesiredFile } from './desired-file.ts';

/** A file in the words of the renderer; the rest of a DesiredFile follows from it. */
export interface FileDraft {
  readonly host: string;
  /** Absolute path on the host. */
  readonly path: string;
  /** Text is written as UTF-8. */
  readonly content: string | Uint8Array;
  readonly activates: Activation;
  /** One line for the reader of a plan: what this file is for. */
  readonly why: string;
  /** Permission bits. Default 0644; a secret's default is 0600. */
  readonly mode?: number;
  /** `user:group`. Default `root:root`. */
  readonly owner?: string;
  /** Default `public`. */
  readonly visibility?: DesiredFile['visibility'];
}

/** Makes a DesiredFile: fills mode, owner and visibility, encodes text, computes the hash. */
export function desiredFile(draft: FileDraft): DesiredFile {
  const bytes = typeof draft.content === 'string' ? new TextEncoder().encode(draft.content) : draft.content;
  const visibility = draft.visibility ?? 'public';
  return {
    host: draft.host,
    path: draft.path,
    mode: draft.mode ?? (visibility === 'secret' ? 0o600 : 0o644),
    owner: draft.owner ?? 'root:root',
    bytes,
    hash: createHash('sha256').update(bytes).digest('hex'),
    visibility,
    activates: draft.activates,
    why: draft.why,
  };
}
