import type { AlertCode, Condition } from './alert-condition.ts';
import type { ConditionWorld } from './alert-conditions.ts';
import { isDrill } from './operation-offers.ts';

/** What explains everything while a drill breaks things on purpose. */
export const drillCause = 'drill';

/** Codes about one host, which its silence explains. */
const ofHost: readonly AlertCode[] = [
  'host-silent',
  'unit-not-running',
  'nginx-hung',
  'table-lost',
  'balancer-isolated',
  'balancer-blind',
  'agent-silent',
  'agent-part-failed',
  'agent-alarm',
  'nameserver-silent',
  'name-wrong',
  'name-incomplete',
  'backend-down',
  'backend-not-reached',
  'backend-unreachable',
];

/** What makes a balancer let go of its VIPs. */
const takesVips: readonly AlertCode[] = [
  'host-silent',
  'unit-not-running',
  'nginx-hung',
  'balancer-isolated',
  'balancer-blind',
];

/**
 * Says of each condition what explains it, so that a dead host is one alert and not twenty.
 *
 * | what is seen                                    | explained by                                                    |
 * |-------------------------------------------------|-----------------------------------------------------------------|
 * | anything of the edge, while a drill runs        | the drill                                                       |
 * | anything of a look, nobody answering            | `all-silent`                                                    |
 * | something about a host, but its silence         | `host-silent` of it                                             |
 * | a backend, DNS answers of a host                | `unit-not-running` of it                                        |
 * | a VIP not on its preferred balancer             | what took it from that one: silence, units, NGINX, isolation    |
 * | a backend whose pools are all down, `pool-panic`| `pool-down`                                                     |
 * | a site                                          | `pool-down` of its pool, or every VIP it fails through unheld   |
 * | else                                            | nothing                                                         |
 *
 * A row is explained by one further up only, so nothing explains itself. A VIP that nobody holds, or two do, and a pool that is down are
 * told whatever else is wrong, unless nobody answers: then only their kernels' own word counts.
 */
export function explainConditions(world: ConditionWorld, conditions: readonly Condition[]): readonly Condition[] {
  const keys = new Set(conditions.map(({ key }) => key));
  const asked = world.view.work.some((row) => row.state === 'running' && isDrill(row));
  const drill = asked || world.drillRuns;
  return conditions.map((condition) => {
    const because = causesOf(world, condition).find((key) => keys.has(key) && key !== condition.key);
    if (drill && ofEdge(condition)) return { ...condition, because: drillCause };
    return because === undefined ? condition : { ...condition, because };
  });
}

/** Of the edge itself, and not of this program. */
function ofEdge({ source }: Condition): boolean {
  return source !== 'controller' && source !== 'work';
}

function causesOf(world: ConditionWorld, condition: Condition): readonly string[] {
  const { topology } = world;
  const { code, source } = condition;
  if (source !== 'look') return [];
  const always = code === 'vip-nobody' || code === 'vip-several' || code === 'pool-down';
  return [`all-silent ${topology.edge}`, ...(always ? [] : nearCauses(world, condition))];
}

function nearCauses({ topology, view }: ConditionWorld, { code, subject }: Condition): readonly string[] {
  if (code === 'vip-moved') {
    const home = topology.vips.find(({ name }) => name === subject)?.balancers[0] ?? '';
    return takesVips.map((cause) => `${cause} ${home}`);
  }
  if (code === 'pool-panic') return [`pool-down ${subject}`];
  if (code === 'site-failing') return siteCauses({ topology, view }, subject);
  if (!ofHost.includes(code)) return [];
  const host = subject.split(' ')[0] ?? '';
  const silence = `host-silent ${host}`;
  if (code.startsWith('backend-')) return [silence, `unit-not-running ${host}`, ...poolCauses({ topology }, host)];
  if (code === 'nameserver-silent' || code.startsWith('name-')) return [silence, `unit-not-running ${host}`];
  return [silence];
}

/** Pools that a backend is in; one that is down explains it only when all of them are. */
function poolCauses({ topology }: Pick<ConditionWorld, 'topology'>, host: string): readonly string[] {
  const pools = topology.pools.filter(({ backends }) => backends.some(({ name }) => name === host));
  const [only, ...others] = pools;
  return only === undefined || others.length > 0 ? [] : [`pool-down ${only.name}`];
}

function siteCauses({ topology, view }: Pick<ConditionWorld, 'topology' | 'view'>, name: string): readonly string[] {
  const site = topology.sites.find((one) => one.name === name);
  const failing = new Set(view.sites.filter((row) => row.site === name && !row.up).map(({ vip }) => vip));
  const unheld = view.holdings.filter(({ key, holders }) => failing.has(key) && holders.length === 0);
  const first = unheld[0];
  return [
    `pool-down ${site?.pool ?? ''}`,
    ...(first !== undefined && unheld.length === failing.size ? [`vip-nobody ${first.key}`] : []),
  ];
}
