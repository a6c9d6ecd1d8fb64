import { hostname } from 'node:os';
import { isHostName } from '../../base/dns-name.ts';
import type { MailTls } from '../../model/alert-settings.ts';
import { openSmtp, SmtpRefusal, type SmtpSession } from './smtp-session.ts';

/** Where mail is handed over, and how. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly tls: MailTls;
  /** PEM; undefined: the system's. */
  readonly ca: string | undefined;
  readonly login: MailLogin | undefined;
}

/** Who hands it over. */
export interface MailLogin {
  readonly user: string;
  readonly password: string;
}

/** A letter and its envelope. `data`: lines that end with CRLF. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

/**
 * Hands a letter to a server (RFC 5321) and returns its last words. Where TLS is wanted there is none without it: a server that does not offer
 * STARTTLS (RFC 3207) gets nothing. A login is PLAIN (RFC 4954, RFC 4616), and only ever encrypted. Some of several receivers may be refused; that
 * is said. Throws `SmtpRefusal`, or an error of the connection.
 */
export async function handOver(server: MailServer, envelope: Envelope, signal: AbortSignal): Promise<string> {
  const { host, port, tls, ca, login } = server;
  if (login !== undefined && tls === 'none') throw new Error('a password never goes without TLS');
  const session = await openSmtp({ host, port }, { tls: tls === 'implicit' ? { host, ca } : undefined, signal });
  try {
    await session.expect('greeting', [220]);
    let offers = await greet(session);
    if (tls === 'starttls') {
      if (!offers.has('STARTTLS')) throw new Error('it offers no STARTTLS, so nothing was sent to it');
      session.say('STARTTLS');
      await session.expect('STARTTLS', [220]);
      await session.secure({ host, ca });
      // What was said before the encryption counts no more (RFC 3207, section 4.2).
      offers = await greet(session);
    }
    if (login !== undefined) await logIn(session, login, offers);
    return await deliver(session, envelope);
  } finally {
    session.end();
  }
}

/** What the server offers: keyword -> its parameters. A server without EHLO offers nothing. */
async function greet(session: SmtpSession): Promise<ReadonlyMap<string, string>> {
  session.say(`EHLO ${ownName()}`);
  const { lines } = await session.expect('EHLO', [250]);
  return new Map(
    lines.slice(1).map((line) => {
      const [word = '', ...rest] = line.trim().split(' ');
      return [word.toUpperCase(), rest.join(' ').toUpperCase()] as const;
    }),
  );
}

/** A name, or the address of a client that has none (RFC 5321, section 4.1.3). */
function ownName(): string {
  const name = hostname();
  return isHostName(name) ? name : '[127.0.0.1]';
}

/** What a login looks like on its way (RFC 4616), which is as secret as its password. */
export function plainLogin({ user, password }: MailLogin): string {
  return Buffer.from(`\0${user}\0${password}`).toString('base64');
}

async function logIn(session: SmtpSession, login: MailLogin, offers: ReadonlyMap<string, string>): Promise<void> {
  if (offers.get('AUTH')?.split(' ').includes('PLAIN') !== true) throw new Error('it offers no login with PLAIN');
  session.say(`AUTH PLAIN ${plainLogin(login)}`);
  await session.expect('login', [235]);
}

async function deliver(session: SmtpSession, { from, to, data }: Envelope): Promise<string> {
  session.say(`MAIL FROM:<${from}>`);
  await session.expect('MAIL FROM', [250]);
  const refused: SmtpRefusal[] = [];
  for (const address of to) {
    session.say(`RCPT TO:<${address}>`);
    try {
      await session.expect(`RCPT TO ${address}`, [250, 251]);
    } catch (error) {
      if (!(error instanceof SmtpRefusal)) throw error;
      refused.push(error);
    }
  }
  const [first] = refused;
  if (first !== undefined && refused.length === to.length) throw first;
  session.say('DATA');
  await session.expect('DATA', [354]);
  await session.write(`${stuffed(data)}.\r\n`);
  const { code, lines } = await session.expect('the letter', [250]);
  session.say('QUIT');
  const but = refused.map(({ message }) => `; but ${message}`).join('');
  return `${code} ${lines.join(' ')}${but}`;
}

/** A line that begins with a dot gets another one, or it could end the letter (RFC 5321, section 4.5.2). */
export function stuffed(data: string): string {
  const lines = data.replaceAll(/\r\n|\r|\n/g, '\r\n').replaceAll(/^\./gm, '..');
  return lines.endsWith('\r\n') ? lines : `${lines}\r\n`;
}
