/** The Debian releases evenkeel configures, and its lab is made of; the newest last. */
export const releases = ['debian12', 'debian13'] as const;

/** One of them. */
export type Release = (typeof releases)[number];
