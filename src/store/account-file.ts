import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AccessEvent, NumberedAccessEvent } from '../report/access-event.ts';
import { cameFrom, insertAccessEvent, selectAccessEvents } from './access-log.ts';
import { accessSchema } from './access-schema.ts';
import { openDatabase } from './open-database.ts';
import { columnText } from './column-text.ts';
import { inTransaction } from './in-transaction.ts';

/** What an account may do: `viewer` looks, `operator` also acts. */
export type Role = 'viewer' | 'operator';

/** What an account is signed in with. Secrets: never shown. */
export interface Credentials {
  /** The password's scrypt hash. */
  readonly password: string;
  readonly totpSecret: Uint8Array;
  /** The time step of the last code that was taken: that one and those before it are not taken again. */
  readonly totpStep: number;
}

/** An account as it is shown. Times are ISO 8601, UTC. */
export interface AccountEntry {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly signedInAt: string | undefined;
}

/** A machine that may read metrics, as it is shown. */
export interface TokenEntry {
  readonly name: string;
  readonly createdAt: string;
}

/** A session that is in the file; whether it is still good is for others to say. */
export interface StoredSession {
  readonly name: string;
  readonly role: Role;
  readonly begunAt: string;
  readonly usedAt: string;
}

/** Somebody who proved who they are, and the session they get. */
export interface SignIn {
  readonly name: string;
  /** The hash that was checked: when it was changed meanwhile, nobody is signed in. */
  readonly password: string;
  readonly totpStep: number;
  /** SHA-256 of the session's secret, hex. */
  readonly session: string;
  readonly at: string;
}

/**
 * The accounts of an edge's dashboard, in a file. Commands and a running dashboard use it at the same time: what one writes the other sees with its
 * next look. Everything throws a Fault that says what to do.
 */
export interface AccountFile {
  /** False: the name is taken. */
  addAccount(account: Pick<AccountEntry, 'name' | 'role' | 'createdAt'> & Credentials): boolean;
  /** New credentials; all sessions of the account end. False: there is no such account. */
  resetAccount(name: string, credentials: Credentials): boolean;
  /** The account and all its sessions end. False: there was none. */
  removeAccount(name: string): boolean;
  /** Sorted by name. */
  accounts(): readonly AccountEntry[];
  credentials(name: string): (Credentials & { readonly name: string }) | undefined;
  /** Takes the code's step and begins the session, both or none. False: the code was taken before, or the account changed. */
  signIn(signIn: SignIn): boolean;
  session(hash: string): StoredSession | undefined;
  useSession(hash: string, at: string): void;
  /** Ends a session; returns whose it was. */
  endSession(hash: string): string | undefined;
  /** Removes sessions that began before this time. */
  forgetSessions(before: string): void;
  /** False: the name is taken. */
  addToken(token: TokenEntry & { readonly hash: string }): boolean;
  removeToken(name: string): boolean;
  tokens(): readonly TokenEntry[];
  /** The name of the token with this hash. */
  tokenName(hash: string): string | undefined;
  log(event: AccessEvent): void;
  /** Whether this account was signed in to from this address before. */
  cameFrom(name: string, address: string): boolean;
  /** The newest events, oldest of them first. */
  events(limit: number): readonly NumberedAccessEvent[];
  close(): void;
}

/** Opens the file of accounts at this path, 0600 (`openDatabase`). */
export function openAccountFile(path: string): AccountFile {
  const { database, guarded } = openDatabase(path, accessSchema);
  const changes = (sql: string, ...values: readonly (string | number | Uint8Array)[]): number =>
    guarded(() => Number(database.prepare(sql).run(...values).changes));
  const row = (sql: string, value: string): Row | undefined => guarded(() => database.prepare(sql).get(value));
  return {
    addAccount: ({ name, role, createdAt, password, totpSecret, totpStep }) =>
      changes(
        `INSERT INTO account (name, role, created_at, password, totp_secret, totp_step) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
        name,
        role,
        createdAt,
        password,
        totpSecret,
        totpStep,
      ) === 1,
    resetAccount: (name, { password, totpSecret, totpStep }) =>
      guarded(() =>
        inTransaction(database, () => {
          database.prepare('DELETE FROM session WHERE account = ?').run(name);
          return (
            database
              .prepare('UPDATE account SET password = ?, totp_secret = ?, totp_step = ? WHERE name = ?')
              .run(password, totpSecret, totpStep, name).changes === 1
          );
        }),
      ),
    removeAccount: (name) => changes('DELETE FROM account WHERE name = ?', name) === 1,
    accounts: () =>
      guarded(() =>
        database.prepare('SELECT name, role, created_at, signed_in_at FROM account ORDER BY name').all(),
      ).map((found) => ({
        name: columnText(found['name']),
        role: roleOf(found['role']),
        createdAt: columnText(found['created_at']),
        signedInAt: typeof found['signed_in_at'] === 'string' ? found['signed_in_at'] : undefined,
      })),
    credentials(name) {
      const found = row('SELECT name, password, totp_secret, totp_step FROM account WHERE name = ?', name);
      const secret = found?.['totp_secret'];
      if (found === undefined || !(secret instanceof Uint8Array)) return undefined;
      const [password, totpStep] = [columnText(found['password']), Number(found['totp_step'])];
      return { name: columnText(found['name']), password, totpSecret: secret, totpStep };
    },
    signIn: (signIn) => guarded(() => inTransaction(database, () => beginSession(database, signIn))),
    session(hash) {
      const found = row(
        `SELECT name, role, begun_at, used_at FROM session JOIN account ON account.name = session.account WHERE hash = ?`,
        hash,
      );
      if (found === undefined) return undefined;
      const [begunAt, usedAt] = [columnText(found['begun_at']), columnText(found['used_at'])];
      return { name: columnText(found['name']), role: roleOf(found['role']), begunAt, usedAt };
    },
    useSession: (hash, at) => void changes('UPDATE session SET used_at = ? WHERE hash = ?', at, hash),
    endSession: (hash) => {
      const found = row('DELETE FROM session WHERE hash = ? RETURNING account', hash);
      return found === undefined ? undefined : columnText(found['account']);
    },
    forgetSessions: (before) => void changes('DELETE FROM session WHERE begun_at < ?', before),
    addToken: ({ name, hash, createdAt }) =>
      changes(
        'INSERT INTO token (name, hash, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        name,
        hash,
        createdAt,
      ) === 1,
    removeToken: (name) => changes('DELETE FROM token WHERE name = ?', name) === 1,
    tokens: () =>
      guarded(() => database.prepare('SELECT name, created_at FROM token ORDER BY name').all()).map((found) => ({
        name: columnText(found['name']),
        createdAt: columnText(found['created_at']),
      })),
    tokenName: (hash) => {
      const found = row('SELECT name FROM token WHERE hash = ?', hash);
      return found === undefined ? undefined : columnText(found['name']);
    },
    log: (event) => guarded(() => inTransaction(database, () => insertAccessEvent(database, event))),
    cameFrom: (name, address) => guarded(() => cameFrom(database, name, address)),
    events: (limit) => guarded(() => selectAccessEvents(database, limit)),
    close: () => database.close(),
  };
}

type Row = Record<string, SQLOutputValue>;

function beginSession(database: DatabaseSync, { name, password, totpStep, session, at }: SignIn): boolean {
  const taken = database
    .prepare(`UPDATE account SET totp_step = ?, signed_in_at = ? WHERE name = ? AND password = ? AND totp_step < ?`)
    .run(totpStep, at, name, password, totpStep);
  if (taken.changes !== 1) return false;
  database
    .prepare('INSERT INTO session (hash, account, begun_at, used_at) VALUES (?, ?, ?, ?)')
    .run(session, name, at, at);
  return true;
}

/** What is no role we know may look only. */
function roleOf(value: SQLOutputValue | undefined): Role {
  return value === 'operator' ? 'operator' : 'viewer';
}
