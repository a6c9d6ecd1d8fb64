import { parseInterfaces } from '../facts/interfaces.ts';
import { saysOut } from '../facts/tracked-file.ts';
import type { Host } from '../hosts/host.ts';
import type { Balancer, Model, Vip } from '../model/model.ts';
import { claimFile, stateFiles } from '../model/state-files.ts';
import { isolatePath, yieldPath } from '../model/witness-paths.ts';
import { ask, printed } from '../observe/status-ask.ts';
import { type Obstacle, whyUnfit } from './obstacle.ts';

/** A balancer as planned moves see it. */
export interface BalancerNow {
  readonly name: string;
  /** Why it did not answer; empty when it did. */
  readonly silent: string;
  /** Names of the VIPs that are on its interface. */
  readonly holds: readonly string[];
  /** Why it is of no use for any VIP; undefined when it is. */
  readonly unfit: Obstacle | undefined;
  readonly drained: boolean;
  /** It has just returned: its priorities are lowered until it was watched for long enough. */
  readonly settling: boolean;
  /** VIPs that it left to another balancer, because the witnesses say so. */
  readonly yielded: readonly string[];
  /** VIPs that a person moved there. */
  readonly claims: ReadonlySet<string>;
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
  const { name } = balancer;
  const vips = vipsOn(model, name);
  if (host === undefined) return silentBalancer(name, 'no connection to it was opened');
  const { nginxVerdict, nginxAnswers, blind, drain, settling } = stateFiles;
  const files = [
    nginxVerdict,
    nginxAnswers,
    blind,
    isolatePath,
    drain,
    settling,
    ...vips.flatMap((vip) => [yieldPath(vip.name), claimFile(vip.name)]),
  ];
  const asked = await ask(host, { argv: ['sh', '-c', lookScript, 'sh', balancer.interface, ...files] });
  if (asked.kind === 'silent') return silentBalancer(name, asked.reason);
  if (asked.outcome.exitCode !== 0) return silentBalancer(name, asked.outcome.stderr.trim() || 'it does not say why');
  const [links = '', keepalived = '', ...words] = printed(asked)
    .split('\n')
    .filter((line, index) => index !== 1 || line !== '');
  const addresses = new Set(parseInterfaces(links).flatMap((link) => link.addresses.map((one) => one.address)));
  const out = new Set(files.filter((_, index) => saysOut(words[index] ?? '')));
  return {
    name,
    silent: '',
    holds: vips.filter((vip) => addresses.has(vip.ipv4.text)).map((vip) => vip.name),
    unfit: whyUnfit(name, {
      keepalived: keepalived.trim(),
      nginx: out.has(nginxVerdict),
      hangs: out.has(nginxAnswers),
      isolated: out.has(isolatePath),
      blind: out.has(blind),
    }),
    drained: out.has(drain),
    settling: out.has(settling),
    yielded: vips.filter((vip) => out.has(yieldPath(vip.name))).map((vip) => vip.name),
    claims: new Set(vips.filter((vip) => out.has(claimFile(vip.name))).map((vip) => vip.name)),
  };
}

function silentBalancer(name: string, silent: string): BalancerNow {
  return { name, silent, holds: [], unfit: undefined, drained: false, settling: false, yielded: [], claims: new Set() };
}

/** The VIPs that a balancer may hold. */
export function vipsOn(model: Model, balancer: string): readonly Vip[] {
  return model.vips.filter((vip) => vip.claims.some((claim) => claim.balancer === balancer));
}
