import { isIPv6 } from 'node:net';
import type { Attempt, AttemptEnd } from './check-attempt.ts';
import { openConnection } from './check-connection.ts';
import type { CheckConnection } from './check-connection.ts';
import type { CheckTarget } from './check-target.ts';
import { answerReader, readLimit } from './http-answer.ts';
import type { AnswerJudgement } from './http-answer.ts';
import { usedMs } from './kept-connections.ts';
import type { KeptConnections } from './kept-connections.ts';

/** How checks name themselves, so that access logs can leave them out. */
export const checkUserAgent = 'evenkeel-check';

/** An answer that is judged may take so long to end; then it is cut. Most end at once, and see no reset in their logs. */
const restMs = 100;

/**
 * Sends one GET and judges status and text of the answer. Redirects are answers; certificates are not judged. A connection on which all
 * went well is kept for the next checks: a new one costs three times as much, with TLS ten times. After a failure the next one is
 * new, and so is one to a backend that a single failure takes out: a filter may have forgotten an old connection. Nor is one kept
 * that would be too old at the next question but one.
 */
export function checkHttp(target: CheckTarget, end: AttemptEnd, connections?: KeptConnections): Attempt {
  const { fall, intervalMs } = target.check;
  const kept = fall > 1 && 2 * intervalMs < usedMs ? connections : undefined;
  const question = requestText(target, kept === undefined ? 'close' : 'keep-alive');
  const old = kept?.take(target.key);
  let asked = askOver(old ?? openConnection(target), old === undefined ? 'new' : 'used');
  return {
    close: () => asked.close(),
    awaited: () => asked.awaited(),
  };

  function askOver(connection: CheckConnection, age: 'new' | 'used'): Attempt {
    const reader = answerReader(target.check);
    let awaited = 'connection';
    let judgement: AnswerJudgement | undefined;
    let rest: NodeJS.Timeout | undefined;
    let bytes = 0;
    const ask = (): void => {
      awaited = 'answer';
      connection.socket.write(question);
    };
    const tell = (): void => {
      const { error } = (judgement ??= reader.end());
      if (error === undefined) end.passed();
      else end.failed(error);
    };
    const close = (): void => {
      clearTimeout(rest);
      connection.user = undefined;
      const isWell = judgement !== undefined && judgement.error === undefined && reader.goesOn();
      if (kept !== undefined && isWell) kept.keep(target.key, connection);
      else connection.socket.destroy();
    };
    connection.user = {
      opened: ask,
      data(piece) {
        bytes += piece.length;
        judgement = reader.read(piece);
        if (judgement === undefined) return;
        if (bytes > readLimit || (kept !== undefined && reader.goesOn())) tell();
        else rest ??= setTimeout(tell, restMs);
      },
      over(error) {
        if (age === 'used' && bytes === 0) {
          // The backend closed it between two questions: nothing was said about this one.
          close();
          asked = askOver(openConnection(target), 'new');
        } else if (error !== undefined && judgement === undefined) end.broken(error);
        else tell();
      },
    };
    if (age === 'used') ask();
    return { close, awaited: () => (bytes === 0 ? awaited : 'end of the answer') };
  }
}

/** The question, as a client would ask it (RFC 9112, section 3). Everything in it was judged when the edge file was read. */
function requestText(
  { address, port, check: { path, host } }: CheckTarget,
  afterwards: 'close' | 'keep-alive',
): string {
  const own = `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  return `GET ${path} HTTP/1.1\r\nHost: ${host ?? own}\r\nUser-Agent: ${checkUserAgent}\r\nAccept: */*\r\nConnection: ${afterwards}\r\n\r\n`;
}
