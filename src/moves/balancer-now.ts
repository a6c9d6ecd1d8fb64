import { parseInterfaces } from '../facts/interfaces.ts';
import { saysOut } from '../facts/tracked-file.ts';
import type { Host } from '../hosts/host.ts';
import type { Balancer, Model, Vip } from '../model/model.ts';
import { claimFile, stateFiles } from '../model/state-files.ts';
import { ask, printed } from '../observe/status-ask.ts';

/** A balancer as planned moves see it. */
export interface BalancerNow {
  readonly name: string;
  /** Why it did not answer; empty when it did. */
  readonly silent: string;
  /** Names of the VIPs that are on its interface. */
  readonly holds: readonly string[];
  /** Why keepalived gives it no VIP; empty when it may hold one. */
  readonly unfit: string;
  readonly drained: boolean;
  /** VIP -> what a planned move adds to its priority there; 0 without one. */
  readonly claims: ReadonlyMap<string, number>;
}

/** Asks all balancers at once. */
export async function lookAtBalancers(model: Model, hosts: ReadonlyMap<string, Host>): Promise<readonly BalancerNow[]> {
  return Promise.all(model.balancers.map((balancer) => lookAtBalancer(model, balancer, hosts.get(balancer.name))));
}

/** What `sh -c` runs, with the interface and then files as arguments: the addresses as JSON, then a line for each file. */
const lookScript = `
ip -j address show dev "$1"
echo
systemctl is-active keepalived.service || true
shift
for file in "$@"; do
  word=
  read -r word <"$file" || true
  printf '%s\\n' "$word"
done 2>/dev/null
`;

async function lookAtBalancer(model: Model, balancer: Balancer, host: Host | undefined): Promise<BalancerNow> {
  const vips = vipsOn(model, balancer.name);
  const silent = { name: balancer.name, holds: [], unfit: '', drained: false, claims: new Map<string, number>() };
  if (host === undefined) return { ...silent, silent: 'no connection to it was opened' };
  const files = [stateFiles.nginxVerdict, stateFiles.nginxAnswers, stateFiles.drain];
  const asked = await ask(host, {
    argv: ['sh', '-c', lookScript, 'sh', balancer.interface, ...files, ...vips.map((vip) => claimFile(vip.name))],
  });
  if (asked.kind === 'silent') return { ...silent, silent: asked.reason };
  if (asked.outcome.exitCode !== 0) return { ...silent, silent: asked.outcome.stderr.trim() };
  const [links = '', keepalived = '', nginx = '', answers = '', drain = '', ...claims] = printed(asked)
    .split('\n')
    .filter((line, index) => index !== 1 || line !== '');
  const addresses = new Set(parseInterfaces(links).flatMap((link) => link.addresses.map((one) => one.address)));
  const drained = saysOut(drain);
  return {
    name: balancer.name,
    silent: '',
    holds: vips.filter((vip) => addresses.has(vip.ipv4.text)).map((vip) => vip.name),
    unfit: whyUnfit({ keepalived: keepalived.trim(), nginx: saysOut(nginx), hangs: saysOut(answers), drained }),
    drained,
    claims: new Map(vips.map((vip, index) => [vip.name, Number(claims[index] ?? '0') || 0])),
  };
}

/** The VIPs that a balancer may hold. */
export function vipsOn(model: Model, balancer: string): readonly Vip[] {
  return model.vips.filter((vip) => vip.claims.some((claim) => claim.balancer === balancer));
}

function whyUnfit(facts: {
  readonly keepalived: string;
  readonly nginx: boolean;
  readonly hangs: boolean;
  readonly drained: boolean;
}): string {
  if (facts.keepalived !== 'active') return `its keepalived is ${facts.keepalived || 'unknown'}`;
  if (facts.nginx) return 'its NGINX does not run';
  if (facts.hangs) return 'its NGINX does not answer';
  return facts.drained ? 'it is drained' : '';
}
