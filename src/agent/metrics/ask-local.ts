import { get } from 'node:http';

/** Milliseconds NGINX may take: it answers from memory. */
const answerMs = 2000;
/** The longest answer that is read, in characters: counters of all sites and backends that are counted by name are a third of it. */
const longestAnswer = 16 * 1024 * 1024;

/** Where on this host something is asked: a unix socket, or a port of loopback. */
export type LocalPlace = { readonly socketPath: string } | { readonly port: number };

/**
 * Asks the NGINX of this host by HTTP and gives the body of its answer. Throws the system's error when nobody listens there, and an Error
 * for any status but 200 and for an answer that is late or too long.
 */
export async function askLocal(place: LocalPlace, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get(
      { ...place, ...('port' in place ? { host: '127.0.0.1' } : {}), path, agent: false, headers: { host: 'metrics' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
          if (text.length > longestAnswer) asked.destroy(new Error(`the answer to ${path} has no end`));
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`NGINX answers ${path} with ${answer.statusCode}`));
        });
        answer.on('error', reject);
      },
    );
    // The whole answer, not only a silence.
    const timer = setTimeout(() => asked.destroy(new Error(`NGINX did not answer within ${answerMs} ms`)), answerMs);
    asked.on('error', reject);
    asked.on('close', () => clearTimeout(timer));
  });
}
