import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeAccountGate } from '../../src/server/accounts/account-gate.ts';
import { decoyPassword, hashPassword } from '../../src/server/accounts/password.ts';
import { totpCode, totpStep } from '../../src/server/accounts/totp.ts';
import type { Gate } from '../../src/server/gate.ts';
import { type AccountFile, openAccountFile } from '../../src/store/account-file.ts';
import { type DashboardOptions, testDashboard, type TestDashboard } from './dashboard.ts';
import { type HttpsAnswer, type HttpsBrowser, httpsBrowser } from './https-browser.ts';
import { certificateFor } from './loopback-certificate.ts';

/** The password of every account of the tests. */
export const testPassword = 'correct horse battery staple';
const secret = new TextEncoder().encode('12345678901234567890');
/** What tests need not wait for. */
const cheap = { N: 2 ** 10, r: 8, p: 1 };
const kept = hashPassword(testPassword, cheap);
const certificate = certificateFor('localhost');

/** Accounts ann (operator) and bob (viewer) in a file of their own, with a clock that the test sets. */
export interface TestAccounts {
  readonly accounts: AccountFile;
  readonly path: string;
  readonly now: () => Date;
  readonly decoy: string;
  /** Lets time pass for accounts. Milliseconds. */
  readonly pass: (ms: number) => void;
  /** The code that everybody's app shows at that clock. */
  readonly code: () => string;
}

/** Makes them; they are gone with the test. */
export async function testAccounts(): Promise<TestAccounts> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-accounts-'));
  const path = join(directory, 'accounts.db');
  const accounts = openAccountFile(path);
  onTestFinished(() => {
    accounts.close();
    rmSync(directory, { recursive: true, force: true });
  });
  let clock = Date.parse('2026-11-29T12:00:00Z');
  const now = (): Date => new Date(clock);
  const common = { createdAt: now().toISOString(), password: await kept, totpSecret: secret, totpStep: 0 };
  accounts.addAccount({ name: 'ann', role: 'operator', ...common });
  accounts.addAccount({ name: 'bob', role: 'viewer', ...common });
  return {
    accounts,
    path,
    now,
    decoy: decoyPassword(cheap),
    pass: (ms) => {
      clock += ms;
    },
    code: () => totpCode(secret, totpStep(now())),
  };
}

/** A dashboard that asks for accounts, over TLS. */
export interface AccountDashboard extends TestAccounts {
  readonly dashboard: TestDashboard;
  readonly gate: Gate;
  /** A browser that nobody has signed in with, from an address of loopback. */
  readonly browser: (from?: string) => HttpsBrowser;
  /** Opens the form and sends it, filled in; what is not given is right, and ann's. */
  readonly signIn: (
    browser: HttpsBrowser,
    fields?: { readonly name?: string; readonly password?: string; readonly code?: string },
  ) => Promise<HttpsAnswer>;
}

/** Starts it on a free port of loopback; it ends with the test. */
export async function accountDashboard(options: DashboardOptions = {}): Promise<AccountDashboard> {
  const world = await testAccounts();
  const { cert, key } = await certificate;
  const gates: Gate[] = [];
  const dashboard = await testDashboard({
    tls: { chainPem: cert, keyPem: key },
    gate: (port) => {
      const gate = makeAccountGate({ edge: 'devops', port, ...world });
      gates.push(gate);
      return gate;
    },
    ...options,
  });
  const [gate] = gates;
  if (gate === undefined) throw new Error('the dashboard asked for no gate');
  return {
    ...world,
    dashboard,
    gate,
    browser: (from) => httpsBrowser(dashboard.running.port, from),
    signIn: async (browser, fields = {}) => {
      const mark = formMark(await browser.get('/sign-in'));
      return browser.post('/sign-in', {
        form: { mark, name: 'ann', password: testPassword, code: world.code(), ...fields },
      });
    },
  };
}

/** The mark in a form to sign in. */
export function formMark({ body }: HttpsAnswer): string {
  return /name="mark" value="([\w-]+)"/.exec(body)?.[1] ?? '';
}
