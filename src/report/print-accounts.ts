import { momentInWords } from './report-words.ts';
import type { TextStyle } from './text-style.ts';
import { textTable } from './text-table.ts';

/** What a line of accounts needs to know. Times are ISO 8601, UTC. */
export interface AccountLine {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
  readonly createdAt: string;
  readonly signedInAt: string | undefined;
}

/** What a line of tokens needs to know. */
export type TokenLine = Pick<AccountLine, 'name' | 'createdAt'>;

/** Accounts as a table. */
export function printAccounts(accounts: readonly AccountLine[], style: TextStyle): string {
  if (accounts.length === 0) return 'there is no account; make one: evenkeel serve user add NAME --role operator\n';
  const rows = accounts.map(({ name, role, createdAt, signedInAt }) => [
    name,
    role,
    momentInWords(createdAt),
    signedInAt === undefined ? 'never' : momentInWords(signedInAt),
  ]);
  return table([['name', 'may', 'made', 'last signed in'], ...rows], style);
}

/** Tokens as a table. */
export function printTokens(tokens: readonly TokenLine[], style: TextStyle): string {
  if (tokens.length === 0) return 'there is no token; make one: evenkeel serve token add NAME\n';
  return table([['name', 'made'], ...tokens.map(({ name, createdAt }) => [name, momentInWords(createdAt)])], style);
}

function table(rows: readonly (readonly string[])[], style: TextStyle): string {
  const [head = '', ...lines] = textTable(rows, style);
  return `${[style('quiet', head), ...lines].join('\n')}\n`;
}
