import { randomBytes } from 'node:crypto';
import { turnstile } from '../../hosts/turnstile.ts';
import type { AccessEvent } from '../../report/access-event.ts';
import type { AccountFile } from '../../store/account-file.ts';
import { guessOrigin } from './client-address.ts';
import { makeGuessLimit } from './guess-limit.ts';
import { decoyPassword, isPassword } from './password.ts';
import { newSecret, secretHash, textMark } from './secret-words.ts';
import { longestSessionMs } from './session-age.ts';
import { matchTotp, newTotpSecret } from './totp.ts';

/** What somebody typed, and where. */
export interface SignInTry {
  readonly name: string;
  readonly password: string;
  readonly code: string;
  /** Of the client, `clientAddress`. */
  readonly address: string;
}

/** What became of it. `wrong` does not say what was wrong. */
export type SignInOutcome =
  /** The session's secret, for the cookie. */
  | { readonly kind: 'signed-in'; readonly secret: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'slow'; readonly waitMs: number }
  | { readonly kind: 'busy' };

interface JudgeWorld {
  readonly accounts: AccountFile;
  readonly now: () => Date;
  /** What names that nobody has are checked against; it costs what accounts cost. Default: the usual cost. */
  readonly decoy?: string;
}

const minute = 60_000;
/**
 * Others can make an account wait by guessing at it, so it never waits long; with a code beside the password that is enough. Its owner
 * does not wait with them where they signed in before: that place is counted by itself.
 */
const accountRules = { free: 5, firstMs: 1_000, longestMs: minute, forgetMs: 60 * minute, most: 20_000 };
/** Several people may come from one address. */
const addressRules = { free: 10, firstMs: 1_000, longestMs: 15 * minute, forgetMs: 60 * minute, most: 10_000 };
/** Names that nobody has share so many places, so that asking for them fills no memory and forgets no account's failures. */
const strangerPlaces = 4_096;
/** Passwords that wait to be checked, one after the other because each takes 32 MiB; more are turned away. */
const longestQueue = 8;
/** Names and codes that are longer are none. Characters. */
const longestName = 64;

/**
 * Judges who may sign in: name, password and code are right together, and the code is new. Unknown names cost the same time and get the
 * same answers. Whoever guesses waits longer each time, by account and by address. Throws a Fault when the file of accounts can't be used.
 */
export function makeSignInJudge({
  accounts,
  now,
  decoy = decoyPassword(),
}: JudgeWorld): (tried: SignInTry) => Promise<SignInOutcome> {
  const byAccount = makeGuessLimit(accountRules);
  const byAddress = makeGuessLimit(addressRules);
  const oneAtATime = turnstile(1);
  const placeKey = randomBytes(32);
  const noSecret = newTotpSecret();
  let queue = 0;

  const log = (event: Omit<AccessEvent, 'at'>): void => accounts.log({ at: now().toISOString(), ...event });

  return async ({ name, password, code, address }) => {
    const account = name.length > longestName ? undefined : accounts.credentials(name);
    const who = account?.name ?? '';
    const origin = guessOrigin(address);
    const guessed =
      account === undefined
        ? strangerPlace(placeKey, name)
        : `account ${who}${accounts.cameFrom(who, address) ? ` at ${origin}` : ''}`;
    const time = now().getTime();
    const waitMs = (): number => Math.max(byAccount.waitMs(guessed, time), byAddress.waitMs(origin, time));
    if (waitMs() > 0) return { kind: 'slow', waitMs: waitMs() };
    if (queue >= longestQueue) return { kind: 'busy' };
    byAccount.count(guessed, time);
    byAddress.count(origin, time);
    queue += 1;
    const right = await oneAtATime(() => isPassword(password, account?.password ?? decoy)).finally(() => {
      queue -= 1;
    });
    const totpStep = matchTotp(account?.totpSecret ?? noSecret, code, now());
    const secret = newSecret();
    const at = now().toISOString();
    if (
      right &&
      account !== undefined &&
      totpStep !== undefined &&
      accounts.signIn({ name: who, password: account.password, totpStep, session: secretHash(secret), at })
    ) {
      byAccount.forget(guessed);
      byAddress.takeBack(origin);
      accounts.forgetSessions(new Date(now().getTime() - longestSessionMs).toISOString());
      log({ kind: 'signed-in', who, address, note: '' });
      return { kind: 'signed-in', secret };
    }
    const note = waitMs() === 0 ? '' : `the next try has to wait ${Math.ceil(waitMs() / 1000)} s`;
    log({ kind: 'sign-in-failed', who, address, note });
    return { kind: 'wrong' };
  };
}

function strangerPlace(key: Uint8Array, name: string): string {
  const number = Buffer.from(textMark(key, name), 'base64url').readUInt32BE(0);
  return `stranger ${number % strangerPlaces}`;
}
