import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { connect as connectTls } from 'node:tls';

/** What a server answered (RFC 5321, section 4.2). */
export interface SmtpReply {
  readonly code: number;
  /** Its lines without the code. */
  readonly lines: readonly string[];
}

/** A server that answered something else than was needed. */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal';
  readonly reply: SmtpReply;

  constructor(doing: string, reply: SmtpReply) {
    super(`${doing}: ${reply.code} ${reply.lines.join(' ')}`);
    this.reply = reply;
  }
}

/** A conversation with a mail server, one line after the other. Everything rejects when the connection ends. */
export interface SmtpSession {
  /** The next reply; throws `SmtpRefusal` unless its code is one of these. */
  expect(doing: string, codes: readonly number[]): Promise<SmtpReply>;
  /** Sends a line; the caller says nothing that holds a line end. */
  say(line: string): void;
  /** Sends a text with its line ends as it is. */
  write(text: string): Promise<void>;
  /** From here on everything is encrypted. Rejects when the certificate is not for this host. */
  secure(tls: SmtpTls): Promise<void>;
  end(): void;
}

/** How a server is known. `ca`: PEM; undefined: by the system's certificates. */
export interface SmtpTls {
  readonly host: string;
  readonly ca: string | undefined;
}

/** A reply of many lines is some kilobytes; more is no mail server. Characters. */
const longestReply = 64 * 1024;

/** Connects. `tls`: encrypted from the first byte (RFC 8314, section 3). The signal cuts the connection. */
export async function openSmtp(
  server: { readonly host: string; readonly port: number },
  { tls, signal }: { readonly tls: SmtpTls | undefined; readonly signal: AbortSignal },
): Promise<SmtpSession> {
  const { host, port } = server;
  const raw = connectTcp({ host, port });
  signal.addEventListener('abort', () => raw.destroy(new Error('no answer in time')), { once: true });
  // Whoever waits gets it from `once`; later ones from the reader.
  raw.on('error', () => undefined);
  if (signal.aborted) raw.destroy(new Error('no answer in time'));
  await once(raw, 'connect');
  const session = sessionOver(raw, signal);
  if (tls !== undefined) await session.secure(tls);
  return session;
}

function sessionOver(raw: Socket, signal: AbortSignal): SmtpSession {
  let socket: Socket = raw;
  let buffer = '';
  let ended: Error | undefined;
  let wake: () => void = () => undefined;

  let decoder = new StringDecoder('utf8');
  const onData = (part: Buffer): void => {
    buffer += decoder.write(part);
    if (buffer.length > longestReply) onEnd(new Error('it answers without end'));
    wake();
  };
  const onEnd = (error?: Error): void => {
    ended ??= error ?? new Error('it closed the connection');
    socket.destroy();
    wake();
  };
  const onClose = (): void => onEnd();
  const listen = (to: Socket): void => {
    to.on('data', onData);
    to.on('error', onEnd);
    to.on('close', onClose);
  };
  listen(raw);

  const readReply = async (): Promise<SmtpReply> => {
    for (;;) {
      const found = takeReply(buffer);
      if (found !== undefined) {
        buffer = found.rest;
        return found.reply;
      }
      if (ended !== undefined) throw ended;
      await new Promise<void>((settle) => (wake = settle));
    }
  };

  return {
    async expect(doing, codes) {
      const reply = await readReply();
      if (!codes.includes(reply.code)) throw new SmtpRefusal(doing, reply);
      return reply;
    },
    say(line) {
      if (/[\r\n\0]/.test(line)) throw new Error('a line of SMTP holds a line end');
      if (ended === undefined) socket.write(`${line}\r\n`);
    },
    async write(text) {
      if (ended !== undefined) throw ended;
      await new Promise<void>((settle, fail) =>
        socket.write(text, (error) => (error === undefined || error === null ? settle() : fail(error))),
      );
    },
    async secure({ host, ca }) {
      // What came before the encryption could be anybody's (CVE-2011-0411).
      if (buffer !== '') throw new Error('it said more than it was asked before the encryption began');
      raw.removeListener('data', onData);
      raw.removeListener('close', onClose);
      const secured = connectTls({
        socket: raw,
        host,
        // A name only: an address is no server name (RFC 6066, section 3).
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
        minVersion: 'TLSv1.2',
      });
      // Whoever waits gets it from `once`; later ones from the reader.
      secured.on('error', () => undefined);
      await once(secured, 'secureConnect', { signal });
      socket = secured;
      decoder = new StringDecoder('utf8');
      listen(secured);
    },
    end: () => socket.destroy(),
  };
}

/** A whole reply at the beginning of what came; the last of its lines has a blank after the code. */
function takeReply(buffer: string): { readonly reply: SmtpReply; readonly rest: string } | undefined {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = buffer.indexOf('\n', at);
    if (end < 0) return undefined;
    const line = buffer.slice(at, end).replace(/\r$/, '');
    at = end + 1;
    const parts = /^(\d{3})([ -]?)(.*)$/.exec(line);
    if (parts === null) throw new Error(`it does not speak SMTP: ${line.slice(0, 80)}`);
    lines.push(parts[3] ?? '');
    if (parts[2] !== '-') return { reply: { code: Number(parts[1]), lines }, rest: buffer.slice(at) };
  }
}
