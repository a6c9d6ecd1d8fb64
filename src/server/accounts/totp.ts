import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Codes that differ by one time step live this long. Milliseconds (RFC 6238, section 5.2). */
export const totpStepMs = 30_000;
/** As many bytes as SHA-1 gives (RFC 4226, section 4, R6). */
const secretBytes = 20;
const digits = 6;
/** The alphabet of Base32 (RFC 4648, section 6). */
const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret for an authenticator app. */
export function newTotpSecret(): Uint8Array {
  return randomBytes(secretBytes);
}

/** The number of the time step that a time lies in (RFC 6238, section 4.2). */
export function totpStep(time: Date): number {
  return Math.floor(time.getTime() / totpStepMs);
}

/** The code of a time step: six digits, SHA-1 (RFC 4226, section 5.3). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The time step whose code this is: the current one or one beside it, for clocks that differ (RFC 6238, section 5.2); undefined: none.
 * All three are compared whatever the first gives, so that the time taken says nothing. Spaces, which apps show, may stand in it.
 */
export function matchTotp(secret: Uint8Array, code: string, now: Date): number | undefined {
  const given = Buffer.from(code.replaceAll(/\s/g, ''));
  const current = totpStep(now);
  const matching = [current - 1, current, current + 1].filter((step) => {
    const wanted = Buffer.from(totpCode(secret, Math.max(0, step)));
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  return matching.at(-1);
}

/** The secret as a person types it into an app: Base32 without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32Letters[(value >>> bits) & 31];
    }
  }
  return bits === 0 ? text : text + base32Letters[(value << (5 - bits)) & 31];
}

/** The secret as a link for an app (Google Authenticator, "Key Uri Format"); what it leaves out is the default of every app. */
export function totpUri(secret: Uint8Array, { edge, name }: { readonly edge: string; readonly name: string }): string {
  const issuer = encodeURIComponent(`evenkeel ${edge}`);
  return `otpauth://totp/${issuer}:${encodeURIComponent(name)}?secret=${base32(secret)}&issuer=${issuer}`;
}
