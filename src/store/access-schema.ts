import type { DatabaseSchema } from './database-schema.ts';

/** The file of accounts: who may come in, who is in, and what was done about it. */
export const accessSchema: DatabaseSchema = {
  // The letters EKAC.
  applicationId: 0x45_4b_41_43,
  migrations: [
    `CREATE TABLE account (
       name TEXT PRIMARY KEY,
       role TEXT NOT NULL CHECK (role IN ('viewer', 'operator')),
       password TEXT NOT NULL, -- its scrypt hash
       totp_secret BLOB NOT NULL,
       totp_step INTEGER NOT NULL, -- of the last code that was taken
       created_at TEXT NOT NULL,
       signed_in_at TEXT
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE session (
       hash TEXT PRIMARY KEY, -- SHA-256 of what the browser has
       account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
       begun_at TEXT NOT NULL,
       used_at TEXT NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX session_account ON session (account);
     CREATE TABLE token (
       name TEXT PRIMARY KEY,
       hash TEXT NOT NULL UNIQUE, -- SHA-256 of what the machine has
       created_at TEXT NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE access_event (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       at TEXT NOT NULL,
       kind TEXT NOT NULL,
       who TEXT NOT NULL,
       address TEXT NOT NULL,
       note TEXT NOT NULL
     ) STRICT;
     CREATE INDEX signed_in_from ON access_event (who, address) WHERE kind = 'signed-in'`,
  ],
  name: 'the file of accounts',
  lost: 'nobody can sign in until there is',
  renewed: 'make the accounts again with `evenkeel serve user add NAME`',
};
