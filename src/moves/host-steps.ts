import { Fault } from '../base/fault.ts';
import type { Command, Host } from '../hosts/host.ts';
import type { Vip } from '../model/model.ts';
import { claimFile, stateFiles } from '../model/state-files.ts';
import { handoverSets } from '../render/host-paths.ts';

/** Writes a claim: keepalived sees the renamed file at once. Throws a Fault when the host refuses. */
export async function writeClaim(host: Host, vip: string, value: number): Promise<void> {
  await host.write([stateFile(claimFile(vip), value)]);
}

/** Puts a balancer out of service, or back (`drain`, survives a reboot). */
export async function writeDrain(host: Host, value: 0 | 1): Promise<void> {
  await host.write([stateFile(stateFiles.drain, value)]);
}

function stateFile(path: string, value: number): Parameters<Host['write']>[0][number] {
  return { path, mode: 0o644, owner: 'root:root', bytes: new TextEncoder().encode(`${value}\n`) };
}

/**
 * From now until the deadline this balancer passes packets of connections to the VIP that it does not know to the others.
 * An element that is there keeps its old timeout, so it is taken out and put in again, in one transaction (nft(8)).
 */
export async function passUnknownOn(host: Host, { vip, families, deadlineMs }: PassOn): Promise<void> {
  const seconds = Math.max(1, Math.ceil(deadlineMs / 1000));
  const lines = familiesOf(vip)
    .filter(({ family }) => families.includes(family))
    .flatMap(({ family, address }) => {
      const set = `element ${family} evenkeel-handover ${handoverSets.taken}`;
      return [
        `add ${set} { ${address} }`,
        `delete ${set} { ${address} }`,
        `add ${set} { ${address} timeout ${seconds}s }`,
      ];
    });
  await must(host, { argv: ['nft', '-f', '-'], stdin: `${lines.join('\n')}\n` });
}

/** What a balancer passes on, and for how long. */
export interface PassOn {
  readonly vip: Vip;
  /** The families for which this balancer has a table (`handoverTables`). */
  readonly families: readonly string[];
  readonly deadlineMs: number;
}

function familiesOf(vip: Vip): readonly { readonly family: 'ip' | 'ip6'; readonly address: string }[] {
  return [
    { family: 'ip', address: vip.ipv4.text },
    ...(vip.ipv6 === undefined ? [] : [{ family: 'ip6' as const, address: vip.ipv6.text }]),
  ];
}

/** How many established connections to these VIPs a balancer has. */
export async function countConnections(host: Host, vips: readonly Vip[]): Promise<number> {
  const addresses = vips.flatMap((vip) => familiesOf(vip).map((one) => one.address));
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
