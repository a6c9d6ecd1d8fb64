import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** How much work a guess costs: 32 MiB and three rounds of it (OWASP Password Storage Cheat Sheet, scrypt; RFC 7914). */
const usualCost: Cost = { N: 2 ** 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;
/** NIST SP 800-63B asks for 15 where a password is all there is, and 8 beside a second factor; this is between. Characters. */
const shortest = 12;
/** Far more than anybody types, and little to work on. Characters. */
const longest = 256;

/** What scrypt takes (RFC 7914, section 2): the work grows with each, the memory is 128 * N * r bytes. */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Why this can be no password of that account, and what to do; undefined: it can. */
export function passwordTrouble(password: string, name: string): string | undefined {
  const length = Array.from(password).length;
  if (length < shortest)
    return `it has ${length} characters; choose one of ${shortest} or more, such as four or five words`;
  if (length > longest) return `it is longer than ${longest} characters`;
  if (new Set(password.toLowerCase()).size < 5) return 'it is made of a few characters only; choose several words';
  if (password.toLowerCase().replaceAll(name.toLowerCase(), '').length < shortest - 4) {
    return 'it is little more than the name; choose several words';
  }
  return undefined;
}

/** A password as it is kept: `scrypt$N$r$p$SALT$HASH`, with a new salt. The usual cost is what accounts have. */
export async function hashPassword(password: string, cost = usualCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  return keptText(cost, salt, await derive(password, salt, cost));
}

/** What no password fits, and takes as long to find out as one of this cost: for a name that nobody has. */
export function decoyPassword(cost = usualCost): string {
  return keptText(cost, randomBytes(saltBytes), randomBytes(hashBytes));
}

/** Whether it is the password that was kept so. What is no kept password fits none. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = kept.split('$');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64url');
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

function keptText({ N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  // The same letters may be typed as other code points on another keyboard (NIST SP 800-63B, 3.1.1.2).
  const typed = password.slice(0, 4 * longest).normalize('NFKC');
  const maxmem = 128 * cost.N * cost.r * 2;
  return new Promise((settle, fail) => {
    scrypt(typed, salt, hashBytes, { ...cost, maxmem }, (error, key) => (error === null ? settle(key) : fail(error)));
  });
}
