import { passwordTrouble, hashPassword } from '../server/accounts/password.ts';
import { base32, matchTotp, newTotpSecret, totpUri } from '../server/accounts/totp.ts';
import type { Credentials } from '../store/account-file.ts';
import type { Asker } from './asker.ts';
import type { CliContext } from './context.ts';
import { InvalidInput } from './run-command.ts';

/** Whose credentials are asked for. */
export interface CredentialsOf {
  readonly edge: string;
  readonly name: string;
}

/** So often a person may try again. */
const tries = 3;

/**
 * Asks for a new password, shows a new secret for an authenticator app, and takes the account only when a code shows that the app has it. Throws
 * `InvalidInput`, after saying why, and `interrupted`.
 */
export async function askCredentials(
  context: CliContext,
  asker: Asker,
  { edge, name }: CredentialsOf,
): Promise<Credentials> {
  const password = await askPassword(context, asker, name);
  const totpSecret = newTotpSecret();
  const grouped = base32(totpSecret).replaceAll(/(.{4})(?=.)/g, '$1 ');
  context.print(
    `Put this into an authenticator app; it is shown this once:\n` +
      `  secret  ${grouped}\n` +
      `  link    ${totpUri(totpSecret, { edge, name })}\n` +
      `  kind    time-based, SHA-1, 6 digits, 30 seconds`,
  );
  return { password: await hashPassword(password), totpSecret, totpStep: await confirm(context, asker, totpSecret) };
}

async function askPassword(context: CliContext, asker: Asker, name: string): Promise<string> {
  for (let left = asker.person ? tries : 1; left > 0; left -= 1) {
    const password = await asker.secret(`Password for ${name}: `);
    const trouble = passwordTrouble(password, name);
    if (trouble !== undefined) context.printError(`error: that password can't be used: ${trouble}`);
    else if (!asker.person || password === (await asker.secret('The same once more: '))) return password;
    else context.printError('error: those were two different passwords');
  }
  throw new InvalidInput();
}

/** The time step of the code that was given, so that it is not taken a second time. */
async function confirm(context: CliContext, asker: Asker, secret: Uint8Array): Promise<number> {
  for (let left = tries; left > 0; left -= 1) {
    const step = matchTotp(secret, await asker.line('Code that the app shows now: '), context.now());
    if (step !== undefined) return step;
    context.printError(
      "error: that is not the code of this secret now; see that this computer's clock and the app's agree",
    );
  }
  throw new InvalidInput();
}
