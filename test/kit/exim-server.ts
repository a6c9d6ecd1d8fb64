import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { certificateFor } from './loopback-certificate.ts';

const program = '/usr/sbin/exim4';

/** Why there is no Exim here; undefined: there is. */
export function whyNoExim(): string | undefined {
  if (process.getuid?.() !== 0) return 'Exim takes a configuration of a test from root alone';
  return existsSync(program) ? undefined : `there is no ${program}`;
}

/** A real mail server, Debian's Exim, that keeps what it takes in files. */
export interface EximServer {
  readonly port: number;
  /** PEM: whom to trust. */
  readonly cert: string;
  /** What it took: headers as its queue has them (spec.txt, chapter 56), and body. */
  readonly letters: () => readonly { readonly headers: string; readonly body: string }[];
}

/** Starts it on 127.0.0.1 with a login of `edge` and this password, offered under TLS alone; it ends with the test. */
export async function eximServer(password: string): Promise<EximServer> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-exim-'));
  const [port, pair] = [await freePort(), await certificateFor('localhost')];
  // Exim writes as another user than root.
  await chmod(directory, 0o755);
  for (const name of ['spool', 'log']) {
    await mkdir(join(directory, name));
    await chmod(join(directory, name), 0o1777);
  }
  await writeFile(join(directory, 'cert.pem'), pair.cert);
  await writeFile(join(directory, 'key.pem'), pair.key);
  await chmod(join(directory, 'key.pem'), 0o644);
  const file = join(directory, 'exim.conf');
  await writeFile(file, configuration({ directory, port, password }));
  const child = spawn(program, ['-C', file, '-bdf', '-oX', String(port), '-oP', join(directory, 'pid')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`Exim ended: ${said}`);
      const socket = connect({ host: '127.0.0.1', port });
      await once(socket, 'connect').finally(() => socket.destroy());
    },
    { timeout: 30_000, interval: 50 },
  );
  const queue = join(directory, 'spool', 'input');
  const read = (name: string): string => readFileSync(join(queue, name), 'utf8');
  return {
    port,
    cert: pair.cert,
    letters: () =>
      // Made with the first letter.
      (existsSync(queue) ? readdirSync(queue) : [])
        .filter((name) => name.endsWith('-H'))
        // The first line of the body's file is its own name.
        .map((name) => ({ headers: read(name), body: read(name.replace(/H$/, 'D')).replace(/^.*\n/, '') })),
  };
}

interface Place {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
}

/** A configuration of Exim (spec.txt, chapters 14, 33 and 43): takes everything for example.com, and leaves it in its queue. */
function configuration({ directory, port, password }: Place): string {
  return `
primary_hostname = localhost
spool_directory = ${directory}/spool
log_file_path = ${directory}/log/%slog
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = ${directory}/cert.pem
tls_privatekey = ${directory}/key.pem
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
queue_only = true
domainlist local_domains = example.com
begin acl
rcpt:
  deny message = log in first
       !authenticated = *
  accept domains = +local_domains
  deny message = relay not permitted
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{edge}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2
`;
}
