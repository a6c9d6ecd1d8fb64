import { request } from 'node:http';

/** Milliseconds NGINX may take: it answers from memory. */
const answerMs = 2000;
/** More than any words of a refusal. */
const mostWords = 4096;

/** What NGINX said to a document. */
export interface NginxAnswer {
  readonly status: number;
  readonly words: string;
}

/** Sends a document to NGINX's socket. Throws the system's error when nobody listens there, and an Error when no answer comes. */
export async function tellNginx(socketPath: string, document: string): Promise<NginxAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath,
        method: 'PUT',
        path: '/v1/pools',
        headers: { host: 'pools', 'content-type': 'application/json', 'content-length': Buffer.byteLength(document) },
        agent: false,
        timeout: answerMs,
      },
      (answer) => {
        let words = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          if (words.length < mostWords) words += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, words: words.trim() }));
        answer.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`NGINX did not answer within ${answerMs} ms`)));
    asked.on('error', reject);
    asked.end(document);
  });
}
