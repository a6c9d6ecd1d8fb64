import type { MailWay } from '../../model/alert-settings.ts';
import { writeLetter } from '../../report/alert-mail.ts';
import type { OutgoingAlert } from '../../report/alert-memory.ts';
import { readReceiverFile } from './secret-file.ts';
import { connectionWords, saidBy, type SendOutcome, withoutFile } from './send-outcome.ts';
import type { SendWorld } from './send-webhook.ts';
import { handOver, plainLogin } from './smtp-client.ts';
import { SmtpRefusal } from './smtp-session.ts';

/** Sends a message as mail in plain text. A permanent answer of the server (5xx) refuses it, but for the login, which somebody may mend. */
export async function sendMail(way: MailWay, message: OutgoingAlert, world: SendWorld): Promise<SendOutcome> {
  const { directory, signal } = world;
  const { host, port, tls, from, to } = way;
  const password =
    way.login === undefined ? undefined : await readReceiverFile(directory, way.login.passwordFile, 'secret');
  if (password?.ok === false) return withoutFile(password.error);
  const ca = way.ca === undefined ? undefined : await readReceiverFile(directory, way.ca, 'certificates');
  if (ca?.ok === false) return withoutFile(ca.error);
  const login =
    way.login === undefined || password === undefined ? undefined : { user: way.login.user, password: password.value };
  const secrets = login === undefined ? [] : [login.password, plainLogin(login)];
  const data = writeLetter({
    id: message.id,
    from,
    to,
    subject: message.title,
    text: message.text,
    at: new Date(message.at),
  });
  try {
    const said = await handOver({ host, port, tls, ca: ca?.value, login }, { from, to, data }, signal);
    return { kind: 'taken', said: saidBy(said, secrets) };
  } catch (error) {
    const said = saidBy(connectionWords(error), secrets);
    if (error instanceof SmtpRefusal) {
      const permanent = error.reply.code >= 500 && !error.message.startsWith('login');
      return { kind: permanent ? 'refused' : 'failed', said, next: `see the log of ${host}` };
    }
    return {
      kind: 'failed',
      said,
      next: `see that ${host} port ${port} can be reached, and speaks SMTP with tls: ${tls}`,
    };
  }
}
