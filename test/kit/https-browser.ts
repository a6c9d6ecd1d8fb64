import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';

/** What a server answered. */
export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is asked of it. */
export interface HttpsAsk {
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted as a form. */
  readonly form?: Readonly<Record<string, string>>;
}

/** Something that keeps cookies as a browser does, at 127.0.0.1 over TLS, whose certificate it does not check. */
export interface HttpsBrowser {
  get(path: string, ask?: HttpsAsk): Promise<HttpsAnswer>;
  post(path: string, ask?: HttpsAsk): Promise<HttpsAnswer>;
  /** The value of a cookie whose name begins so. */
  cookie(prefix: string): string | undefined;
  /** The header with all of them. */
  cookies(): string;
}

/** A browser without cookies. It comes from `from`, an address of loopback, so that several may come from several places. */
export function httpsBrowser(port: number, from = '127.0.0.1'): HttpsBrowser {
  const jar = new Map<string, string>();
  const cookies = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const send = async (method: 'GET' | 'POST', path: string, ask: HttpsAsk = {}): Promise<HttpsAnswer> => {
    const body = ask.form === undefined ? undefined : new URLSearchParams(ask.form).toString();
    return new Promise((settle, fail) => {
      const sent = request({
        host: '127.0.0.1',
        port,
        path,
        method,
        localAddress: from,
        rejectUnauthorized: false,
        agent: false,
        headers: {
          ...(jar.size === 0 ? {} : { Cookie: cookies() }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
          ...ask.headers,
        },
      });
      sent.on('error', fail);
      sent.on('response', (answer) => {
        for (const line of answer.headers['set-cookie'] ?? []) {
          const [pair = ''] = line.split(';');
          const cut = pair.indexOf('=');
          if (/; Max-Age=0(;|$)/.test(line)) jar.delete(pair.slice(0, cut));
          else jar.set(pair.slice(0, cut), pair.slice(cut + 1));
        }
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('error', fail);
        answer.on('end', () => settle({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      });
      sent.end(body);
    });
  };
  return {
    get: async (path, ask) => send('GET', path, ask),
    post: async (path, ask) => send('POST', path, ask),
    cookie: (prefix) => [...jar].find(([name]) => name.startsWith(prefix))?.[1],
    cookies,
  };
}
