import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits that nobody guesses, as text for a cookie or a header. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret. It has 256 random bits, so a plain hash is enough: there is nothing to guess. Hex. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether two texts are the same, in a time that says nothing of where they differ. */
export function isSameText(a: string, b: string): boolean {
  // Hashes have one length, and what they have in common says nothing of the texts.
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** Marks texts with a key, so that nobody else can make the mark. */
export function textMark(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
