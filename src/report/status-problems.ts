import type { Model } from '../model/model.ts';
import { agentUnit } from '../model/agent-paths.ts';
import { ownTables } from '../model/own-tables.ts';
import { dnsQuestions, questionName } from '../model/vip-addresses.ts';
import type {
  BackendStatus,
  BalancerStatus,
  EdgeStatus,
  NameserverStatus,
  StatusProblem,
  VipStatus,
} from './edge-status.ts';
import { error, warning } from './make-problem.ts';
import { agentFindings } from './status-agent-problems.ts';
import { certificateProblems } from './status-certificates.ts';

/** The parts of a status that problems are found in. */
export type StatusParts = Omit<EdgeStatus, 'version' | 'edge' | 'at' | 'healthy' | 'problems' | 'notAsked'> & {
  readonly at?: string;
};

/**
 * Everything that is not as the edge file wants it, errors first, in the order a person would look: hosts, units,
 * VIPs, backends, sites, names, certificates.
 */
export function findProblems(model: Model, parts: StatusParts): readonly StatusProblem[] {
  const found = [
    ...machineProblems(parts),
    ...parts.balancers.flatMap((balancer) => tableProblems(model, balancer)),
    ...parts.balancers.flatMap(hangProblem),
    ...parts.balancers.flatMap(drainProblem),
    ...[...parts.balancers, ...parts.nameservers].flatMap(agentProblem),
    ...agentFindings(parts),
    ...parts.vips.flatMap((vip) => vipProblems(vip, parts)),
    ...backendProblems(parts),
    ...siteProblems(parts),
    ...parts.nameservers.flatMap((nameserver) => nameserverProblems(model, nameserver)),
    ...serialProblems(parts.nameservers),
    ...certificateProblems(parts.certificates),
  ];
  return [
    ...found.filter((problem) => problem.severity === 'error'),
    ...found.filter((problem) => problem.severity === 'warning'),
  ];
}

function machineProblems(parts: StatusParts): readonly StatusProblem[] {
  const machines = [
    ...parts.balancers.map((entry) => ({
      ...entry,
      units: {
        nginx: entry.nginx,
        keepalived: entry.keepalived,
      },
    })),
    ...parts.nameservers.map((entry) => ({ ...entry, units: { pdns: entry.powerdns } })),
    ...parts.webServers
      .filter((entry) => entry.managed)
      .map((entry) => ({ ...entry, units: { nginx: entry.nginx ?? 'unknown' } })),
  ];
  return machines.flatMap(({ host, reachable, reason, units }): readonly StatusProblem[] => {
    if (!reachable) {
      return [
        error('host-silent', host, {
          message: `${host} does not answer over SSH: ${reason ?? 'no reason given'}`,
          next: `log in to ${host} by hand; when nothing answers, see its power and network`,
        }),
      ];
    }
    return Object.entries(units).flatMap(([unit, state]) =>
      state === 'active'
        ? []
        : [
            error('unit-not-running', host, {
              message: `${unit} on ${host} is ${state === 'missing' ? 'not installed' : state}`,
              next:
                state === 'missing'
                  ? `run evenkeel apply`
                  : `on ${host}: journalctl -u ${unit}.service -n 50; systemctl start ${unit}.service`,
            }),
          ],
    );
  });
}

/** An agent that does not answer moves no VIP: what it watches is no longer watched. */
function agentProblem({ host, agent }: BalancerStatus | NameserverStatus): readonly StatusProblem[] {
  if (agent === undefined || agent === 'active' || agent === 'unknown') return [];
  return [
    warning('agent-silent', host, {
      message: `the agent on ${host} ${agent === 'missing' ? 'is not installed' : 'does not answer'}, so nobody sees what only it can see`,
      next:
        agent === 'missing'
          ? 'run evenkeel apply'
          : `on ${host}: journalctl -u ${agentUnit} -n 50; systemctl restart ${agentUnit}`,
    }),
  ];
}

/** Both leave the edge serving. Where keepalived does not run the balancer is no part of it yet, which is said already. */
function tableProblems(model: Model, { host, keepalived, lostTables }: BalancerStatus): readonly StatusProblem[] {
  const balancer = model.balancers.find((one) => one.name === host);
  if (balancer === undefined || keepalived !== 'active') return [];
  return ownTables(model, balancer)
    .filter(({ table }) => lostTables.includes(table))
    .map(({ table, unit, without }) =>
      warning('table-lost', host, {
        message: `the nftables table ${table} is gone on ${host}, so ${without}: somebody flushed it`,
        next: `on ${host}: systemctl reload-or-restart ${unit}`,
      }),
    );
}

function hangProblem({ host, nginxHangs }: BalancerStatus): readonly StatusProblem[] {
  if (!nginxHangs) return [];
  return [
    error('nginx-hung', host, {
      message: `NGINX on ${host} hangs: its processes are there and answer nobody`,
      next: `on ${host}: systemctl restart nginx.service`,
    }),
  ];
}

function drainProblem(balancer: BalancerStatus): readonly StatusProblem[] {
  if (!balancer.drained) return [];
  const { host } = balancer;
  return [
    warning('balancer-drained', host, {
      message: `${host} is kept out of service by a person (drained)`,
      next: `evenkeel undrain ${host}`,
    }),
  ];
}

/*
 * holders | answered by          | problem
 * none    | any                  | vip-nobody (some balancer silent: perhaps it holds it)
 * several | any                  | vip-several
 * one     | nobody               | vip-unanswered
 * one     | not only the holder  | vip-wrong-answer
 * one     | the holder or unseen | vip-moved when it is not the preferred one
 */
function vipProblems(vip: VipStatus, parts: StatusParts): readonly StatusProblem[] {
  const subject = vip.name;
  const what = `${vip.name} ${vip.address}`;
  const silent = parts.balancers.filter((entry) => !entry.reachable).map((entry) => entry.host);
  const [holder, ...others] = vip.holders;
  if (holder === undefined) {
    // A balancer that can't be asked may well hold it; then its MAC is unknown, but something answers.
    const somebody = vip.macs.length > 0;
    if (somebody && silent.length > 0) {
      return [
        warning('vip-nobody', subject, {
          message: `${what} is answered by ${vip.answeredBy.join(', ')}, and no balancer that can be asked holds it`,
          next: `see ${silent.join(', ')}`,
        }),
      ];
    }
    return [
      error('vip-nobody', subject, {
        message: `nobody holds ${what}`,
        next: 'see the balancers: nginx and keepalived must run on at least one',
      }),
    ];
  }
  const strangers = vip.holders.filter((host) => parts.balancers.every((entry) => entry.host !== host));
  if (others.length > 0 && strangers.length > 0) {
    return [
      error('vip-several', subject, {
        message: `${strangers.join(' and ')} has ${what} on an interface and is no balancer`,
        next: `on ${strangers.join(' and ')}: ip addr show; take ${vip.address} away`,
      }),
    ];
  }
  if (others.length > 0) {
    return [
      error('vip-several', subject, {
        message: `${vip.holders.join(' and ')} hold ${what} at the same time: they do not hear each other (split brain)`,
        next: 'see that VRRP (IP protocol 112) passes between them, and keepalived runs wherever an address is left',
      }),
    ];
  }
  const looked = vip.unseen === undefined && vip.seenFrom !== undefined;
  if (looked && vip.macs.length === 0) {
    return [
      error('vip-unanswered', subject, {
        message: `${holder} holds ${what}, but nobody answers for it on the network (asked from ${vip.seenFrom ?? ''})`,
        next: `see the link of ${holder} and filters between`,
      }),
    ];
  }
  if (looked && vip.answeredBy.some((name) => name !== holder)) {
    return [
      error('vip-wrong-answer', subject, {
        message: `${holder} holds ${what}, but ${answering(vip)} for it on the network`,
        next: 'look for a machine with the same address, or a balancer that kept it (ip addr)',
      }),
    ];
  }
  return movedProblem(vip, holder, parts);
}

/*
 * moved by a person | holder        | what is said
 * no                | not preferred | it returns by itself, and after how long when that is known
 * to the holder     | not preferred | a person moved it, and how to move it back
 * to another one    | not preferred | it goes where a person moved it
 */
function movedProblem(vip: VipStatus, holder: string, { balancers }: StatusParts): readonly StatusProblem[] {
  const { name, address, preferred, claimedBy } = vip;
  if (holder === preferred) return [];
  const what = `${name} ${address} is on ${holder}, not on`;
  if (claimedBy.includes(holder)) {
    return [
      warning('vip-moved', name, {
        message: `${what} ${preferred} which is preferred: moved there by a person`,
        next: `evenkeel move ${name} ${preferred} moves it back`,
      }),
    ];
  }
  const [home = preferred] = claimedBy;
  const settlingMs = balancers.find((entry) => entry.host === home)?.agentSees?.settlingMs;
  const well =
    settlingMs === undefined
      ? `${home} is well`
      : `${home} has been well for another ${Math.ceil(settlingMs / 1000)} s`;
  return [
    warning('vip-moved', name, {
      message: `${what} ${home} ${home === preferred ? 'which is preferred' : 'where a person moved it'}`,
      next: `it returns by itself once ${well}`,
    }),
  ];
}

function answering({ answeredBy }: VipStatus): string {
  return `${answeredBy.join(' and ')} ${answeredBy.length === 1 ? 'answers' : 'answer'}`;
}

function backendProblems(parts: StatusParts): readonly StatusProblem[] {
  const byBackend = Map.groupBy(parts.backends, (entry) => `${entry.pool} ${entry.address} ${entry.port}`);
  return [...byBackend.values()].flatMap((views) => {
    const down = views.filter((view) => !view.up);
    const [first] = down;
    if (first === undefined) return [];
    const place = `${first.name} (${first.address}:${first.port}) in pool ${first.pool}`;
    if (down.length === views.length) {
      return [
        error('backend-down', first.name, {
          message: `${place} is down: ${reasons(down)}`,
          next: `see the HTTP server on ${first.name}`,
        }),
      ];
    }
    return [
      error('backend-not-reached', first.name, {
        message: `${place} is up, but ${down.map((view) => view.balancer).join(', ')} can't reach it: ${reasons(down)}`,
        next: `see the network between ${down.map((view) => view.balancer).join(', ')} and ${first.name}`,
      }),
    ];
  });
}

function reasons(views: readonly BackendStatus[]): string {
  const [first] = views;
  if (first === undefined) return '';
  if (views.every((view) => view.reason === first.reason)) return first.reason;
  return views.map((view) => `${view.balancer}: ${view.reason}`).join('; ');
}

function siteProblems(parts: StatusParts): readonly StatusProblem[] {
  return parts.sites
    .filter((site) => !site.up)
    .map((site) =>
      error('site-failing', site.site, {
        message: `https://${site.name}/ through ${site.vip} ${site.address} fails: ${site.reason}`,
        next: `run evenkeel trace https://${site.name}/`,
      }),
    );
}

function nameserverProblems(model: Model, nameserver: NameserverStatus): readonly StatusProblem[] {
  const { host } = nameserver;
  if (!nameserver.answering) {
    // Of a machine that is down altogether this says nothing new.
    if (!nameserver.reachable) return [];
    return [
      error('nameserver-silent', host, {
        message: `${host} (${nameserver.address}) does not answer DNS: ${nameserver.reason ?? 'no answer'}`,
        next: `on ${host}: systemctl status pdns.service; see filters for port 53`,
      }),
    ];
  }
  const answers = new Map(nameserver.names.map((entry) => [questionName(entry), entry]));
  return dnsQuestions(model).flatMap((question): readonly StatusProblem[] => {
    const { name, type, expected } = question;
    const answer = answers.get(questionName(question));
    if (answer === undefined) return [];
    const subject = `${host} ${questionName(question)}`;
    if (answer.status !== 'NOERROR' || answer.addresses.length === 0) {
      return [
        error('name-wrong', subject, {
          message: `${host} answers ${name} ${type} with ${answer.status === 'NOERROR' ? 'nothing' : answer.status}`,
          next: 'run evenkeel plan: the zone may differ from the edge file',
        }),
      ];
    }
    const strange = answer.addresses.filter((address) => !expected.includes(address));
    if (strange.length > 0) {
      return [
        error('name-wrong', subject, {
          message: `${host} answers ${name} ${type} with ${strange.join(', ')}, which is no VIP of it`,
          next: 'run evenkeel plan: the zone may differ from the edge file',
        }),
      ];
    }
    const missing = expected.filter((address) => !answer.addresses.includes(address));
    if (missing.length === 0) return [];
    return [
      error('name-incomplete', subject, {
        message: `${host} leaves ${missing.join(', ')} out of ${name} ${type}: its own check finds it dead`,
        next: `see from ${host}: curl http://${missing[0] ?? ''}/`,
      }),
    ];
  });
}

function serialProblems(nameservers: readonly NameserverStatus[]): readonly StatusProblem[] {
  const all = nameservers.flatMap((entry) => entry.serials.map((serial) => ({ host: entry.host, ...serial })));
  return [...Map.groupBy(all, (entry) => entry.zone)].flatMap(([zone, entries]) => {
    if (new Set(entries.map((entry) => entry.serial)).size < 2) return [];
    return [
      error('serials-differ', zone, {
        message: `the nameservers do not agree on ${zone}: ${entries.map((entry) => `${entry.host} has serial ${entry.serial}`).join(', ')}`,
        next: 'run evenkeel apply',
      }),
    ];
  });
}
