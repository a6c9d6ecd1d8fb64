import { agentReturn, agentUnit } from '../model/agent-paths.ts';
import { managedHosts, type Model, modelHosts } from '../model/model.ts';
import { claimCommand, expectCommand } from '../model/handover-commands.ts';
import { faultName, type ModelFault, singleEvents } from '../proof/fault.ts';
import { backendFault } from './backend-faults.ts';
import { foreignVrrp, twoHolders } from './segment-faults.ts';
import type { DrillFault, DrillStep } from './drill-fault.ts';

type Steps = readonly [DrillStep, ...DrillStep[]];
type ServiceStep = Extract<DrillStep, { readonly kind: 'service' }>;
type MachineStep = Extract<DrillStep, { readonly kind: 'machine' }>;

/** What causes and heals a fault, and how a person would say it. */
interface Recipe {
  readonly title: string;
  readonly cause: Steps;
  readonly heal: Steps;
  readonly lastsMs?: number;
}

/** Every single fault of the model, and its planned moves: in the order of `singleEvents` and with its names. Whether it can be caused is the causer's to say. */
export function drillFaults(model: Model): readonly DrillFault[] {
  return singleEvents(model).map((fault) => drillFault(model, fault));
}

/** The drill of one fault of the model. */
export function drillFault(model: Model, fault: ModelFault): DrillFault {
  return { name: faultName(fault), ...recipe(model, fault), expect: { kind: 'proof', faults: [fault] } };
}

/**
 * Both at once: `a` is caused first and healed last. What is expected is the proof's promise for both, or, when a person
 * says what one of them costs, the longer of what is said; a promise and a saying together give the saying.
 */
export function pairFaults(a: DrillFault, b: DrillFault): DrillFault {
  return {
    name: `${a.name}+${b.name}`,
    title: `${a.title}, and ${b.title}`,
    cause: [...a.cause, ...b.cause],
    heal: [...b.heal, ...a.heal],
    expect: both(a.expect, b.expect),
    lastsMs: Math.max(a.lastsMs ?? 0, b.lastsMs ?? 0),
  };
}

function both(a: DrillFault['expect'], b: DrillFault['expect']): DrillFault['expect'] {
  if (a.kind === 'proof' && b.kind === 'proof') {
    const [first, ...others] = a.faults;
    return { kind: 'proof', faults: [first, ...others, ...b.faults] };
  }
  if (a.kind === 'given' && b.kind === 'given') {
    const longest =
      a.longestGapMs === null || b.longestGapMs === null ? null : Math.max(a.longestGapMs, b.longestGapMs);
    return { kind: 'given', longestGapMs: longest };
  }
  return a.kind === 'given' ? a : b;
}

function recipe(model: Model, fault: ModelFault): Recipe {
  switch (fault.kind) {
    case 'nginx-dead':
      return ofService(fault.balancer, 'nginx', {
        title: `all NGINX processes of ${fault.balancer} are killed`,
        does: 'kill',
        heals: 'start',
      });
    case 'nginx-hung':
      return ofService(fault.balancer, 'nginx', {
        title: `all NGINX processes of ${fault.balancer} stand still`,
        does: 'hang',
        heals: 'resume',
      });
    case 'keepalived-dead':
      return ofService(fault.balancer, 'keepalived', {
        title: `keepalived of ${fault.balancer} is stopped`,
        does: 'stop',
        heals: 'start',
      });
    case 'keepalived-killed':
      return ofService(fault.balancer, 'keepalived', {
        title: `all keepalived processes of ${fault.balancer} are killed and leave its addresses behind`,
        does: 'kill',
        heals: 'start',
      });
    case 'balancer-off':
      return ofMachine(fault.balancer, { title: `the balancer ${fault.balancer} loses power`, does: 'power-off' });
    case 'link-cut':
      return ofMachine(fault.balancer, { title: `the cable of ${fault.balancer} is pulled`, does: 'link-down' });
    case 'partition': {
      const { from, to, direction } = fault;
      return {
        title:
          direction === 'one-way'
            ? `what ${from} sends to ${to} is lost`
            : `what ${from} and ${to} send to each other is lost`,
        cause: [{ kind: 'partition', from, to, direction, does: 'cut' }],
        heal: [{ kind: 'partition', from, to, direction, does: 'join' }],
      };
    }
    case 'backend-dead':
      return ofService(fault.backend, 'nginx', {
        title: `the web server on ${fault.backend} is stopped`,
        does: 'stop',
        heals: 'start',
      });
    case 'backend-off':
      return ofMachine(fault.backend, { title: `the web server ${fault.backend} loses power`, does: 'power-off' });
    case 'backend-hung':
    case 'backend-flapping':
    case 'backend-wrong':
      return backendFault(model, fault);
    case 'pool-dead':
      return wholePool(model, fault.pool);
    case 'nameserver-off':
      return ofMachine(fault.nameserver, {
        title: `the nameserver ${fault.nameserver} loses power`,
        does: 'power-off',
      });
    case 'agent-dead':
      return ofService(fault.host, 'agent', {
        title: `all processes of the agent of ${fault.host} are killed`,
        does: 'kill',
        heals: 'start',
      });
    case 'agent-hung':
      return {
        ...ofService(fault.host, 'agent', {
          title: `all processes of the agent of ${fault.host} stand still`,
          does: 'hang',
          heals: 'resume',
        }),
        // Until systemd has ended it, and one that is new has written its files.
        lastsMs: agentReturn.watchdogMs + agentReturn.restartMs + agentReturn.startMs,
      };
    case 'agent-restarted':
      return {
        title: `the agent of ${fault.host} is restarted, as for a new release`,
        cause: [{ kind: 'command', host: fault.host, argv: ['systemctl', 'restart', agentUnit] }],
        heal: [{ kind: 'service', host: fault.host, service: 'agent', does: 'start' }],
        lastsMs: agentReturn.restartMs + agentReturn.startMs,
      };
    case 'foreign-vrrp':
      return foreignVrrp(model, fault);
    case 'two-holders':
      return twoHolders(model, fault);
    case 'planned-move':
      return plannedMove(model, fault);
    case 'gateway-lost':
      return {
        title: `the router of the network ${fault.network} is gone`,
        cause: [{ kind: 'gateway', network: fault.network, does: 'down' }],
        heal: [{ kind: 'gateway', network: fault.network, does: 'up' }],
      };
  }
}

/** Connections may go on where they are for so long. */
const moveDeadlineMs = 900_000;

/** What `evenkeel move` does on the hosts, and its way back. */
function plannedMove(model: Model, { vip: name, to }: Extract<ModelFault, { readonly kind: 'planned-move' }>): Recipe {
  const vip = model.vips.find((candidate) => candidate.name === name);
  if (vip?.claims.some((claim) => claim.balancer === to) !== true) throw new Error(`the model has no ${name} on ${to}`);
  const command = (host: string, argv: readonly [string, ...string[]]): DrillStep => ({ kind: 'command', host, argv });
  return {
    title: `${name} is moved to ${to} on purpose, and back`,
    cause: [command(to, expectCommand(vip, moveDeadlineMs)), command(to, claimCommand(name, 1))],
    heal: [command(vip.preferred, expectCommand(vip, moveDeadlineMs)), command(to, claimCommand(name, 0))],
  };
}

function ofService(
  host: string,
  service: ServiceStep['service'],
  what: { readonly title: string; readonly does: ServiceStep['does']; readonly heals: ServiceStep['does'] },
): Recipe {
  return {
    title: what.title,
    cause: [{ kind: 'service', host, service, does: what.does }],
    heal: [{ kind: 'service', host, service, does: what.heals }],
  };
}

function ofMachine(
  host: string,
  { title, does }: { readonly title: string; readonly does: 'power-off' | 'link-down' },
): Recipe {
  const heals: MachineStep['does'] = does === 'power-off' ? 'power-on' : 'link-up';
  return { title, cause: [{ kind: 'machine', host, does }], heal: [{ kind: 'machine', host, does: heals }] };
}

function wholePool(model: Model, name: string): Recipe {
  const pool = model.pools.find((candidate) => candidate.name === name);
  if (pool === undefined) throw new Error(`the model has no pool ${name}`);
  // A server may stand in a pool twice, with two ports.
  const [first, ...others] = new Set(pool.backends.map((backend) => backend.name));
  const does = (host: string, verb: 'stop' | 'start'): DrillStep => ({
    kind: 'service',
    host,
    service: 'nginx',
    does: verb,
  });
  const start = first ?? pool.backends[0].name;
  return {
    title: `every web server of the pool ${name} is stopped`,
    cause: [does(start, 'stop'), ...others.map((host) => does(host, 'stop'))],
    heal: [does(start, 'start'), ...others.map((host) => does(host, 'start'))],
  };
}

/**
 * Names of steps that are no host of this edge, or none that a causer on real hosts may log in to; each once, in order.
 * A backend given as an address is such a name everywhere, an unmanaged web server is one on real hosts.
 */
export function strangers(model: Model, fault: DrillFault, place: 'lab' | 'real'): readonly string[] {
  const known = new Set((place === 'lab' ? modelHosts(model) : managedHosts(model)).map((host) => host.name));
  return [...new Set([...fault.cause, ...fault.heal].flatMap(stepHosts))].filter((host) => !known.has(host));
}

/** The hosts that a step is about. */
export function stepHosts(step: DrillStep): readonly string[] {
  switch (step.kind) {
    case 'service':
    case 'machine':
    case 'command':
      return [step.host];
    case 'partition':
      return [step.from, step.to];
    case 'gateway':
      return [];
  }
}
