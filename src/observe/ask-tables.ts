import { parseTables } from '../facts/nft-tables.ts';
import type { HostAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import { ask } from './status-ask.ts';

/** Asks a balancer which tables of nftables are loaded: a flush takes ours along, and the units that loaded them stay active. */
export async function askTables(host: Host): Promise<Pick<HostAnswer, 'tables'>> {
  const asked = await ask(host, { argv: ['nft', 'list', 'tables'] });
  const told = asked.kind === 'answered' && asked.outcome.exitCode === 0;
  return { tables: told ? parseTables(asked.outcome.stdout) : undefined };
}
