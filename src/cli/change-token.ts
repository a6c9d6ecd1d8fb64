import { Fault } from '../base/fault.ts';
import { newSecret, secretHash } from '../server/accounts/secret-words.ts';
import type { AccountOf } from './change-account.ts';
import { withAccounts } from './account-file.ts';
import { type CliContext, exitCodes } from './context.ts';

/** Makes a token and shows it once. Throws `file-in-the-way` when the name is taken. */
export async function addToken(context: CliContext, { edge, name }: AccountOf): Promise<number> {
  return withAccounts(edge, async (accounts) => {
    const token = newSecret();
    const at = context.now().toISOString();
    if (!accounts.addToken({ name, hash: secretHash(token), createdAt: at })) {
      throw new Fault({
        code: 'file-in-the-way',
        message: `there is a token ${name} already`,
        state: 'it was left as it is, and can not be shown again',
        next: `remove it first: evenkeel serve token remove ${name}`,
      });
    }
    accounts.log({ at, kind: 'token-added', who: name, address: 'command line', note: '' });
    context.printError(
      'It is shown this once. Put it into a file that Prometheus reads (authorization: credentials_file).',
    );
    // Alone on standard output, so that it can be sent into a file.
    context.print(token);
    return exitCodes.done;
  });
}

/** Removes a token. Throws `not-found`. */
export async function removeToken(context: CliContext, { edge, name }: AccountOf): Promise<number> {
  return withAccounts(edge, async (accounts) => {
    if (!accounts.removeToken(name)) {
      throw new Fault({
        code: 'not-found',
        message: `there is no token ${name}`,
        next: 'see which there are: evenkeel serve token list',
      });
    }
    accounts.log({
      at: context.now().toISOString(),
      kind: 'token-removed',
      who: name,
      address: 'command line',
      note: '',
    });
    context.print(`${name} is removed: it reads nothing from now on`);
    return exitCodes.done;
  });
}
