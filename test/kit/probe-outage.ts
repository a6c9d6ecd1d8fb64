import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Outage } from './outage-probe.ts';

const script = fileURLToPath(new URL('outage-probe.ts', import.meta.url));

/** What to probe, and from where. */
export interface ProbeOrder {
  /** Network namespace to probe from. */
  readonly namespace: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Probes every 20 ms while `during` runs, and says what was seen. */
export async function probeOutage(order: ProbeOrder, during: () => Promise<void>): Promise<readonly Outage[]> {
  const argv = ['netns', 'exec', order.namespace, process.execPath, script, order.name, '20', ...order.addresses];
  const child = spawn('ip', argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    await lines.next();
    await during();
    child.stdin.write('end\n');
    const { value } = await lines.next();
    const report: unknown = JSON.parse(String(value));
    if (!isOutages(report)) throw new Error(`the probe said ${String(value)}`);
    return report;
  } finally {
    child.stdin.end();
    if (child.exitCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
  }
}

function isOutages(value: unknown): value is readonly Outage[] {
  return (
    Array.isArray(value) &&
    value.every((entry: unknown) => typeof entry === 'object' && entry !== null && 'longestGapMs' in entry)
  );
}
