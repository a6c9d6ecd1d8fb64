import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../test/kit/free-port.ts';

/** What the target says to bytes that are sent to it. */
async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  let said = '';
  for await (const chunk of socket) said += String(chunk);
  return said;
}

test('the target outlives questions without a path', async () => {
  const port = await freePort();
  const program = fileURLToPath(new URL('./target-main.ts', import.meta.url));
  const target = spawn(process.execPath, [program, 'web1', String(port)], { stdio: 'ignore' });
  try {
    const close = 'Host: a\r\nConnection: close\r\n\r\n';
    await vi.waitFor(() => answerTo(port, `GET /.evenkeel-drill/ok HTTP/1.1\r\n${close}`), 20_000);
    const upgrade = 'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n';
    expect(await answerTo(port, `GET // HTTP/1.1\r\n${close}`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await answerTo(port, `GET // HTTP/1.1\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(target.exitCode).toBeNull();
  } finally {
    target.kill('SIGKILL');
  }
});
