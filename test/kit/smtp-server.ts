import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';

/** How a mail server behaves. */
export interface SmtpBehaviour {
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly key: string;
  readonly cert: string;
  /** `user password` that may log in; left out: it offers no login. */
  readonly login?: string;
  /** Addresses that it refuses. */
  readonly refuses?: readonly string[];
  /** What it answers to DATA's end. Default `250 2.0.0 queued as 42`. */
  readonly dataReply?: string;
  /** What it sends in place of its greeting. */
  readonly greeting?: string;
  /** Said in the same segment as the answer to STARTTLS, as an attacker would. */
  readonly injected?: string;
}

/** A letter that it took. */
export interface ReceivedLetter {
  readonly from: string;
  readonly to: readonly string[];
  /** Without the dots that were put in. */
  readonly data: string;
  /** Whether it came encrypted. */
  readonly encrypted: boolean;
  readonly user: string | undefined;
}

/** A real server for SMTP on loopback. */
export interface SmtpServer {
  readonly port: number;
  readonly letters: readonly ReceivedLetter[];
  /** Every line that clients said, with `(clear)` in front of those that came unencrypted. */
  readonly lines: readonly string[];
}

/** Starts it on 127.0.0.1; it ends with the test. */
export async function smtpServer(behaviour: SmtpBehaviour): Promise<SmtpServer> {
  const letters: ReceivedLetter[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((raw) => {
    sockets.add(raw);
    raw.on('error', () => undefined);
    converse(raw, { behaviour, letters, lines });
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, letters, lines };
}

interface Log {
  readonly behaviour: SmtpBehaviour;
  readonly letters: ReceivedLetter[];
  readonly lines: string[];
}

function converse(raw: Socket, { behaviour, letters, lines }: Log): void {
  let socket: Socket = raw;
  let encrypted = false;
  let buffer = '';
  let user: string | undefined;
  let from = '';
  let to: string[] = [];
  let reading: 'commands' | 'data' = 'commands';

  const say = (text: string): void => void socket.write(`${text}\r\n`);
  const secure = (): void => {
    raw.removeAllListeners('data');
    const context = createSecureContext({ key: behaviour.key, cert: behaviour.cert });
    const secured = new TLSSocket(raw, { isServer: true, secureContext: context });
    secured.on('error', () => undefined);
    socket = secured;
    encrypted = true;
    buffer = '';
    secured.on('data', onData);
  };
  const offers = (): readonly string[] => [
    'mail.test',
    'PIPELINING',
    ...(behaviour.tls === 'starttls' && !encrypted ? ['STARTTLS'] : []),
    ...(behaviour.login === undefined ? [] : ['AUTH LOGIN PLAIN']),
    '8BITMIME',
  ];

  const onLine = (line: string): void => {
    lines.push(encrypted ? line : `(clear) ${line}`);
    const [, address = ''] = /<([^>]*)>/.exec(line) ?? [];
    const command = line.toUpperCase();
    if (command.startsWith('EHLO')) {
      const all = offers();
      return say(all.map((word, index) => `250${index === all.length - 1 ? ' ' : '-'}${word}`).join('\r\n'));
    }
    if (command === 'STARTTLS') {
      raw.write(`220 go ahead\r\n${behaviour.injected ?? ''}`);
      return secure();
    }
    if (command.startsWith('AUTH PLAIN ')) {
      const [, name = '', password = ''] = Buffer.from(line.slice(11), 'base64').toString().split('\0');
      if (`${name} ${password}` !== behaviour.login) return say('535 5.7.8 wrong user or password');
      user = name;
      return say('235 2.7.0 welcome');
    }
    if (command.startsWith('MAIL FROM')) {
      from = address;
      to = [];
      return say('250 2.1.0 ok');
    }
    if (command.startsWith('RCPT TO')) {
      if (behaviour.refuses?.includes(address) === true) return say(`550 5.1.1 no such user ${address}`);
      to.push(address);
      return say('250 2.1.5 ok');
    }
    if (command === 'DATA') {
      reading = 'data';
      return say('354 go on');
    }
    return say(command === 'QUIT' ? '221 bye' : '500 what?');
  };

  const onData = (part: Buffer): void => {
    buffer += part.toString('latin1');
    for (;;) {
      const end = reading === 'data' ? `\r\n${buffer}`.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      if (reading === 'data') {
        const data = buffer.slice(0, Math.max(0, end)).replaceAll(/^\.\./gm, '.');
        buffer = buffer.slice(end + 3);
        reading = 'commands';
        letters.push({ from, to, data, encrypted, user });
        say(behaviour.dataReply ?? '250 2.0.0 queued as 42');
      } else {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const before = socket;
        onLine(line);
        // What came in the clear is not read as encrypted.
        if (socket !== before) return;
      }
    }
  };

  if (behaviour.tls === 'implicit') secure();
  else raw.on('data', onData);
  say(behaviour.greeting ?? '220 mail.test ESMTP');
}
