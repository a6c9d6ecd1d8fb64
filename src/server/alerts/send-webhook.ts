import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isLoopback } from '../../base/loopback.ts';
import type { WebhookWay } from '../../model/alert-settings.ts';
import type { OutgoingAlert } from '../../report/alert-memory.ts';
import { readReceiverFile } from './secret-file.ts';
import { connectionWords, saidBy, type SendOutcome, withoutFile } from './send-outcome.ts';
import { secretsOfHeader, secretsOfUrl } from './webhook-secrets.ts';

/** Of an answer so much is read: for its words. Bytes. */
const readBytes = 2_048;

/** What a receiver is sent with. */
export interface SendWorld {
  /** Absolute; files of receivers are relative to it. */
  readonly directory: string;
  /** Ends the try. */
  readonly signal: AbortSignal;
}

/**
 * Sends a message as JSON by POST. `taken` is a status of 2xx; a redirect is not followed, since it would lead what is secret elsewhere. 429 and 5xx
 * ask to try again, and so do 401 and 403, which somebody may mend; other statuses refuse this message.
 */
export async function sendWebhook(way: WebhookWay, message: OutgoingAlert, world: SendWorld): Promise<SendOutcome> {
  const { directory, signal } = world;
  const url =
    way.url.kind === 'given'
      ? { ok: true as const, value: way.url.url }
      : await readReceiverFile(directory, way.url.file, 'secret');
  if (!url.ok) return withoutFile(url.error);
  const header = way.header === undefined ? undefined : await readReceiverFile(directory, way.header.file, 'secret');
  if (header?.ok === false) return withoutFile(header.error);
  const ca = way.ca === undefined ? undefined : await readReceiverFile(directory, way.ca, 'certificates');
  if (ca?.ok === false) return withoutFile(ca.error);
  const target = usable(url.value, way);
  if (typeof target === 'string')
    return { kind: 'failed', said: target, next: 'write a URL with https:// into the file' };
  const secrets = [
    ...(way.url.kind === 'file' ? secretsOfUrl(url.value, target) : []),
    ...(header === undefined ? [] : secretsOfHeader(header.value)),
  ];
  try {
    const answer = await post(target, {
      body: message.document,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(message.document),
        'User-Agent': 'evenkeel',
        'Evenkeel-Id': message.id,
        ...(way.header === undefined || header === undefined ? {} : { [way.header.name]: header.value }),
      },
      ca: ca?.value,
      signal,
    });
    return judged(answer, target, secrets);
  } catch (error) {
    const said = signal.aborted ? 'no answer in time' : saidBy(connectionWords(error), secrets);
    return { kind: 'failed', said, next: `see that ${target.host} can be reached from here` };
  }
}

/** The rules for a URL of the edge file hold for one of a file too. */
function usable(text: string, { insecure }: WebhookWay): URL | string {
  if (!URL.canParse(text)) return 'the file holds no URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'the URL holds a login';
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && (insecure || isLoopback(url.hostname))) return url;
  return 'the URL would send alerts in the clear over the network';
}

interface Post {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
}

function post(url: URL, { body, headers, ca, signal }: Post): Promise<Answer> {
  return new Promise((settle, fail) => {
    const options = { method: 'POST', headers, signal, agent: false, ...(ca === undefined ? {} : { ca }) };
    const sent = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
    sent.on('error', fail);
    sent.on('response', (response) => {
      let text = '';
      const done = (): void => {
        settle({ status: response.statusCode ?? 0, text, location: response.headers.location ?? '' });
        sent.destroy();
      };
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > readBytes) done();
      });
      response.on('end', done);
      // The answer is known; that its words are cut off matters to nobody.
      response.on('error', done);
    });
    sent.end(body);
  });
}

function judged({ status, text, location }: Answer, target: URL, secrets: readonly string[]): SendOutcome {
  const said = `HTTP ${status}${text.trim() === '' ? '' : `: ${saidBy(text, secrets)}`}`;
  if (status >= 200 && status < 300) return { kind: 'taken', said };
  if (status >= 300 && status < 400) {
    return {
      kind: 'refused',
      said: `HTTP ${status}, to ${redirectTo(location, target)}`,
      next: 'write the URL that it leads to',
    };
  }
  if (status === 401 || status === 403)
    return { kind: 'failed', said, next: 'see its header and URL: it wants another secret' };
  const later = status >= 500 || status === 408 || status === 425 || status === 429;
  return later
    ? { kind: 'failed', said, next: 'see the log of the receiver' }
    : { kind: 'refused', said, next: 'see the URL, and what the receiver takes' };
}

/** No more than the origin: what follows may hold the secret in words that are not known here. */
function redirectTo(location: string, target: URL): string {
  const to = location === '' ? null : URL.parse(location, target.href);
  return to === null || !/^https?:$/.test(to.protocol) ? 'nowhere that can be told' : to.origin;
}
