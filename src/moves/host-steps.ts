import { Fault } from '../base/fault.ts';
import type { Command, Host } from '../hosts/host.ts';
import type { Vip } from '../model/model.ts';
import { stateFiles } from '../model/state-files.ts';
import { vipTexts } from '../model/vip-addresses.ts';
import { claimCommand, expectCommand } from '../model/handover-commands.ts';

/** Writes a claim: keepalived sees the renamed file at once. Throws a Fault when the host refuses. */
export async function writeClaim(host: Host, vip: string, value: 0 | 1): Promise<void> {
  await must(host, { argv: claimCommand(vip, value) });
}

/** Puts a balancer out of service, or back (`drain`, survives a reboot). */
export async function writeDrain(host: Host, value: 0 | 1): Promise<void> {
  await writeState(host, stateFiles.drain, value);
}

/** Ends the watch over a balancer that has just returned, or begins it again: 1 lowers its priorities. */
export async function writeSettling(host: Host, value: 0 | 1): Promise<void> {
  await writeState(host, stateFiles.settling, value);
}

async function writeState(host: Host, path: string, value: 0 | 1): Promise<void> {
  const bytes = new TextEncoder().encode(`${value}\n`);
  await host.write([{ path, mode: 0o644, owner: 'root:root', bytes }]);
}

/** From now until the deadline this balancer passes packets of connections to the VIP that it does not know to the others. */
export async function passUnknownOn(host: Host, vip: Vip, deadlineMs: number): Promise<void> {
  await must(host, { argv: expectCommand(vip, deadlineMs) });
}

/** How many established connections to these VIPs a balancer has. */
export async function countConnections(host: Host, vips: readonly Vip[]): Promise<number> {
  const addresses = vips.flatMap(vipTexts);
  if (addresses.length === 0) return 0;
  const filter = addresses.flatMap((address, index) => [...(index === 0 ? [] : ['or']), 'src', address]);
  const outcome = await must(host, { argv: ['ss', '-Htn', 'state', 'established', '(', ...filter, ')'] });
  return outcome.split('\n').filter((line) => line.trim() !== '').length;
}

async function must(host: Host, command: Command): Promise<string> {
  const outcome = await host.run(command);
  if (outcome.exitCode === 0) return outcome.stdout;
  throw new Fault({
    code: 'command-failed',
    message: `${command.argv.join(' ')} failed on ${host.name}`,
    host: host.name,
    command: command.argv,
    said: outcome.stderr.trim(),
    next: 'evenkeel apply',
  });
}
