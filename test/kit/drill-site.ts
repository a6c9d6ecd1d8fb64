import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { openProbe } from '../../src/drill/open-probe.ts';
import type { LoadOrder } from '../../src/drill/load-stream.ts';
import type { Probe, ProbeRecord } from '../../src/drill/probe.ts';
import { programFile } from '../../src/drill/program-file.ts';
import { freePort } from './free-port.ts';
import { selfSigned } from './nginx-bench.ts';

/** The drill's target on loopback, behind a TLS front that can do harm. */
export interface DrillSite {
  readonly port: number;
  readonly caPem: string;
  /** The target's process: it can be killed and stopped. */
  readonly target: ChildProcess;
  /** Resets all connections of clients. */
  readonly reset: () => void;
  /** Closes all connections of clients in order. */
  readonly finish: () => void;
  /** From now on, the front changes a byte of what it passes on to clients. */
  readonly corrupt: () => void;
  readonly close: () => Promise<void>;
}

/** Starts the target and its front, whose certificate has these names. */
export async function startDrillSite(
  names: readonly [string, ...string[]],
  program = programFile({ source: 'target-main.ts', bundled: 'drill-target.js' }),
): Promise<DrillSite> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-site-'));
  const certificate = await selfSigned(folder, names);
  const targetPort = await freePort();
  const flags = ['--disable-warning=ExperimentalWarning', program, 'web1', String(targetPort)];
  const target = spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilListening(targetPort);

  const clients = new Set<Socket>();
  let passed: 'as-it-is' | 'corrupted' = 'as-it-is';
  const front = createTlsServer({ key: certificate.keyPem, cert: certificate.chainPem }, (client) => {
    const behind = connect(targetPort, '127.0.0.1');
    client.on('error', () => behind.destroy());
    client.on('close', () => behind.destroy());
    behind.on('error', () => client.destroy());
    behind.on('close', () => client.end());
    client.pipe(behind);
    behind.on('data', (bytes: Buffer) => {
      // Not the last one: it may be a line end, which nobody looks at. Not the handshake of a WebSocket: it is no content.
      const isContent = !bytes.toString('latin1', 0, 12).endsWith(' 101');
      if (passed === 'corrupted' && isContent) bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1;
      if (client.writable && !client.write(bytes)) behind.pause();
    });
    client.on('drain', () => behind.resume());
  });
  front.on('tlsClientError', () => undefined);
  front.on('connection', (socket: Socket) => {
    clients.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => clients.delete(socket));
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: portOf(front.address()),
    caPem: certificate.chainPem,
    target,
    reset: () => {
      for (const socket of clients) socket.resetAndDestroy();
    },
    finish: () => {
      for (const socket of clients) socket.end();
    },
    corrupt: () => {
      passed = 'corrupted';
    },
    close: async () => {
      target.kill('SIGKILL');
      for (const socket of clients) socket.destroy();
      front.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A probe of this computer, and what it has written so far. */
export interface RecordingProbe extends Probe {
  readonly records: readonly ProbeRecord[];
}

/** Opens a probe whose records are kept. */
export async function recordProbe(order: LoadOrder): Promise<RecordingProbe> {
  const records: ProbeRecord[] = [];
  const probe = await openProbe(order, { kind: 'here' }, (record) => records.push(record));
  return { ...probe, records };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const came = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (came) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
