import { createServer, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

/** A line between a browser and a server on loopback that the test cuts and mends. */
export interface CutLine {
  /** For the browser: an HTTP proxy (RFC 9112, 3.2.2). */
  readonly proxy: { readonly server: string };
  /** Ends every connection and lets in no new one. */
  readonly cut: () => void;
  readonly mend: () => void;
}

/** Lays a line; it ends with the test. */
export async function layLine(): Promise<CutLine> {
  let state: 'whole' | 'cut' = 'whole';
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? '');
    const { hostname, port, pathname, search } = url;
    const onward = request(
      { host: hostname, port, path: `${pathname}${search}`, method: asked.method, headers: asked.headers },
      (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  server.on('connection', (socket) => {
    if (state === 'cut') socket.destroy();
  });
  const port = await freePort();
  await new Promise<void>((listens) => server.listen(port, '127.0.0.1', listens));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return {
    proxy: { server: `http://127.0.0.1:${port}` },
    cut: () => {
      state = 'cut';
      server.closeAllConnections();
    },
    mend: () => {
      state = 'whole';
    },
  };
}
