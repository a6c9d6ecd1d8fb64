import { dirname, join } from 'node:path';
import { type AccountFile, openAccountFile } from '../store/account-file.ts';
import type { Edge } from './edge-file.ts';
import { keepOutOfGit } from './edge-material.ts';
import { lookAt } from './look-at.ts';

/** Where the accounts of an edge's dashboard are kept. */
export function accountsPath(edge: Edge): string {
  return join(edge.stateDirectory, 'accounts.db');
}

/** Works with the accounts of an edge; makes the file when it is not there. Throws a Fault. */
export async function withAccounts<T>(edge: Edge, work: (accounts: AccountFile) => Promise<T>): Promise<T> {
  await keepOutOfGit(dirname(edge.stateDirectory));
  const accounts = openAccountFile(accountsPath(edge));
  try {
    return await work(accounts);
  } finally {
    accounts.close();
  }
}

/** Looks at the accounts of an edge; undefined stands for a file that has not begun. Reading makes no file. Throws a Fault. */
export function lookAtAccounts<T>(edge: Edge, look: (accounts: AccountFile | undefined) => T): T {
  return lookAt(accountsPath(edge), openAccountFile, look);
}

/** How many people may sign in. Throws a Fault. */
export function accountCount(edge: Edge): number {
  return lookAtAccounts(edge, (accounts) => accounts?.accounts().length ?? 0);
}
