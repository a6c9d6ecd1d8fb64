import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLocal } from '../../src/hosts/process.ts';
import type { SiteCertificate } from '../../src/render/render-input.ts';
import { openImage } from './open-image.ts';
import type { OpenImage } from './open-image.ts';
import type { Release } from '../../src/base/release.ts';

const backendScript = fileURLToPath(new URL('tiny-backend.ts', import.meta.url));

/** What a client got. */
export interface CurlAnswer {
  /** 0 when there was an answer; else curl's number: 35 TLS refused, 52 closed without an answer, 7 no connection. */
  readonly exitCode: number;
  readonly status: number;
  readonly version: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** A certificate that vouches for itself, in `folder` as cert.pem and key.pem. */
export async function selfSigned(folder: string, names: readonly string[]): Promise<SiteCertificate> {
  const made = await runLocal({
    argv: [
      ...(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const),
      '-days',
      '2',
      '-subj',
      `/CN=${names[0] ?? ''}`,
      '-addext',
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
      '-keyout',
      join(folder, 'key.pem'),
      '-out',
      join(folder, 'cert.pem'),
    ],
  });
  if (made.exitCode !== 0) throw new Error(made.stderr);
  return {
    chainPem: await readFile(join(folder, 'cert.pem'), 'utf8'),
    keyPem: await readFile(join(folder, 'key.pem'), 'utf8'),
  };
}

/** An image in which NGINX serves, tiny backends answer and curl asks. */
export class NginxBench {
  readonly image: OpenImage;
  /** A folder on this computer for certificates and sessions. */
  readonly folder: string;
  readonly #backends = new Map<string, ChildProcess>();

  constructor(image: OpenImage, folder: string) {
    this.image = image;
    this.folder = folder;
  }

  static async open(release: Release): Promise<NginxBench> {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-nginx-'));
    return new NginxBench(await openImage(release), folder);
  }

  /** Puts addresses on the loopback interface. */
  async addAddresses(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      const plain = address.includes(':') ? [`${address}/128`, 'nodad'] : [`${address}/32`];
      await this.must(['ip', 'address', 'add', ...plain, 'dev', 'lo']);
    }
  }

  /** Runs a program of this computer in the network; throws when it fails. */
  async must(argv: readonly [string, ...string[]]): Promise<string> {
    const outcome = await this.image.runInNetwork(argv);
    if (outcome.exitCode !== 0) throw new Error(`${argv.join(' ')}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  /** Starts NGINX with what was written. Throws what NGINX says when it refuses. */
  async startNginx(): Promise<void> {
    const outcome = await this.image.start(['nginx']);
    if (outcome.exitCode !== 0) throw new Error(outcome.stderr);
  }

  /** Starts a backend at `address:port`, its address included, and waits until it listens. */
  async startBackend(name: string, endpoint: string): Promise<void> {
    const colon = endpoint.lastIndexOf(':');
    const [address, port] = [endpoint.slice(0, colon).replaceAll(/[[\]]/g, ''), endpoint.slice(colon + 1)];
    const [file, ...args] = this.image.networkArgv([process.execPath, backendScript, name, address, port]);
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#backends.set(name, child);
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error(`the backend ${name} did not start`))),
    ]);
  }

  /** Kills a backend by its pid. Its address stays, so connections are refused. */
  async killBackend(name: string): Promise<void> {
    const child = this.#backends.get(name);
    this.#backends.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Asks with curl: `host` resolves to `to`. More arguments go as they are. */
  async curl(url: string, to: string, ...more: readonly string[]): Promise<CurlAnswer> {
    const asked = ['--include', '--max-time', '20', '--write-out', '\n%{http_code} %{http_version}'];
    const outcome = await this.image.runInNetwork(this.#curlArgv(url, to, [...asked, ...more]));
    const at = outcome.stdout.lastIndexOf('\n');
    const [status = '0', version = ''] = outcome.stdout.slice(at + 1).split(' ');
    const [head = '', ...body] = outcome.stdout.slice(0, at).split('\r\n\r\n');
    const headers = new Map<string, string[]>();
    for (const line of head.split('\r\n').slice(1)) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
    }
    return { exitCode: outcome.exitCode, status: Number(status), version, headers, body: body.join('\r\n\r\n') };
  }

  /** Which backends answer `count` requests, each on a connection of its own; `#` in the URL is the request's number. */
  async answeredBy(url: string, to: string, count: number): Promise<readonly string[]> {
    const asked = ['--fail', '--max-time', '60', '--header', 'Connection: close'];
    const text = await this.must(this.#curlArgv(url.replace('#', `[1-${count}]`), to, asked));
    return text
      .trim()
      .split('\n')
      .map((line) => backendName(line));
  }

  #curlArgv(url: string, to: string, more: readonly string[]): readonly [string, ...string[]] {
    const { hostname } = new URL(url);
    const trusted = join(this.folder, 'cert.pem');
    const silent = ['curl', '--silent', '--show-error'] as const;
    return [...silent, '--cacert', trusted, '--connect-to', `${hostname}::${to}:`, ...more, url];
  }

  async close(): Promise<void> {
    for (const name of this.#backends.keys()) await this.killBackend(name);
    await this.image.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The name in a tiny backend's answer. */
export function backendName(body: string): string {
  const name: unknown = backendSaw(body)['name'];
  return typeof name === 'string' ? name : '';
}

/** A tiny backend's answer. */
export function backendSaw(body: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(body);
  return isRecord(parsed) ? parsed : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
