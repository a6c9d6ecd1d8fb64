import { Fault } from '../base/fault.ts';
import type { AccessEvent } from '../report/access-event.ts';
import type { AccountFile, Role } from '../store/account-file.ts';
import { withAccounts } from './account-file.ts';
import { askCredentials } from './ask-credentials.ts';
import { openAsker } from './asker.ts';
import { type CliContext, exitCodes } from './context.ts';
import type { Edge } from './edge-file.ts';

/** Which account of which edge. */
export interface AccountOf {
  readonly edge: Edge;
  readonly name: string;
}

/** Makes an account once its owner showed a code. Throws `file-in-the-way` when the name is taken, and what `askCredentials` throws. */
export async function addAccount(context: CliContext, { edge, name }: AccountOf, role: Role): Promise<number> {
  return withAccounts(edge, async (accounts) => {
    if (accounts.credentials(name) !== undefined) throw taken(name);
    const credentials = await ask(context, { edge, name });
    const createdAt = context.now().toISOString();
    // Somebody else may have taken it while the password was typed.
    if (!accounts.addAccount({ name, role, createdAt, ...credentials })) throw taken(name);
    log(context, accounts, { kind: 'account-added', who: name, note: role });
    context.print(`${name} may sign in, as ${role}`);
    return exitCodes.done;
  });
}

/** Gives an account new credentials. Throws `not-found`, and what `askCredentials` throws. */
export async function resetAccount(context: CliContext, { edge, name }: AccountOf): Promise<number> {
  return withAccounts(edge, async (accounts) => {
    if (accounts.credentials(name) === undefined) throw unknown(name);
    if (!accounts.resetAccount(name, await ask(context, { edge, name }))) throw unknown(name);
    log(context, accounts, { kind: 'account-reset', who: name, note: '' });
    context.print(`${name} signs in with the new password and app; every session of ${name} has ended`);
    return exitCodes.done;
  });
}

/** Removes an account. Throws `not-found`. */
export async function removeAccount(context: CliContext, { edge, name }: AccountOf): Promise<number> {
  return withAccounts(edge, async (accounts) => {
    if (!accounts.removeAccount(name)) throw unknown(name);
    log(context, accounts, { kind: 'account-removed', who: name, note: '' });
    const left = accounts.accounts().length;
    const nobody = left === 0 ? '; nobody can sign in any more' : '';
    context.print(`${name} is removed, and every session of ${name} has ended${nobody}`);
    return exitCodes.done;
  });
}

async function ask(context: CliContext, { edge, name }: AccountOf): ReturnType<typeof askCredentials> {
  const asker = openAsker();
  try {
    return await askCredentials(context, asker, { edge: edge.model.name, name });
  } finally {
    asker.close();
  }
}

function log(context: CliContext, accounts: AccountFile, event: Pick<AccessEvent, 'kind' | 'who' | 'note'>): void {
  accounts.log({ at: context.now().toISOString(), address: 'command line', ...event });
}

function taken(name: string): Fault {
  return new Fault({
    code: 'file-in-the-way',
    message: `there is an account ${name} already`,
    state: 'it was left as it is',
    next: `give it a new password: evenkeel serve user reset ${name}`,
  });
}

function unknown(name: string): Fault {
  return new Fault({
    code: 'not-found',
    message: `there is no account ${name}`,
    next: 'see which there are: evenkeel serve user list',
  });
}
