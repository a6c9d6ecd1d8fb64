import { execFile } from 'node:child_process';

/** Milliseconds `systemd-notify` may take; a later word is as good. */
const tellMs = 4_000;

/**
 * Tells systemd how the service is doing (sd_notify(3)); does nothing outside a unit of Type=notify. Node.js has no datagram
 * sockets of the unix family, so `systemd-notify` says it: a process of a few milliseconds, every few seconds, in exchange for a
 * watchdog that also ends an agent that was stopped or whose event loop hangs. Never throws: without a word systemd acts.
 */
export async function tellSystemd(word: string): Promise<void> {
  if (process.env['NOTIFY_SOCKET'] === undefined) return;
  await new Promise<void>((done) => {
    execFile('systemd-notify', [word], { timeout: tellMs }, () => done());
  });
}

/** Milliseconds between two signs of life: a third of what systemd waits for (`WATCHDOG_USEC`); undefined: it does not wait. */
export function watchdogMs(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const microseconds = Number(environment['WATCHDOG_USEC'] ?? 0);
  return microseconds > 0 ? Math.floor(microseconds / 3000) : undefined;
}
