import { createServer as createTlsServer } from 'node:https';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';

/** A request that came. */
export interface WebhookCall {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the server answers; `hang`: never. */
export type WebhookAnswer =
  | { readonly status: number; readonly text?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang';

/** A real HTTP server on loopback that keeps what it gets. */
export interface WebhookServer {
  readonly port: number;
  readonly calls: readonly WebhookCall[];
  /** From now on it answers so. */
  readonly answer: (answer: WebhookAnswer) => void;
}

/** Starts a server on 127.0.0.1 that answers 200; it ends with the test. */
export async function webhookServer(tls?: { readonly key: string; readonly cert: string }): Promise<WebhookServer> {
  const calls: WebhookCall[] = [];
  let now: WebhookAnswer = { status: 200, text: 'ok' };
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      calls.push({ path: request.url ?? '', method: request.method ?? '', headers: request.headers, body });
      if (now === 'hang') return;
      response.writeHead(now.status, { ...now.headers }).end(now.text ?? '');
    });
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, calls, answer: (answer) => (now = answer) };
}
