import type { Finding } from '../spec/edge-document.ts';

/** Where a rule puts what it found. Rules collect and go on; nothing stops at the first mistake. */
export type Report = (finding: Finding) => void;
