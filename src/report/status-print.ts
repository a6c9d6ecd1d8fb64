import { counted } from '../base/counted.ts';
import { certificateUrgency } from './certificate-limits.ts';
import type { BalancerStatus, EdgeStatus, StatusProblem, VipStatus } from './edge-status.ts';
import { momentInWords } from './report-words.ts';
import { showMs, textTable } from './text-table.ts';
import type { Cell } from './text-table.ts';
import type { TextStyle } from './text-style.ts';

/**
 * The status as text: the verdict in the first line, what is wrong and what to do about it, then a table per subject.
 * Every state is a word; colour only repeats it.
 */
export function printStatus(status: EdgeStatus, style: TextStyle): string {
  const sections: readonly Section[] = [
    () => problemLines(status.problems, style),
    section('VIPs', ['name', 'address', 'held by', 'seen on the network', ''], vipRows(status)),
    section('Balancers', ['host', 'nginx', 'keepalived', 'agent', 'holds'], balancerRows(status)),
    section('Backends', ['pool', 'server', 'address', ...balancerNames(status)], backendRows(status)),
    section('Nameservers', ['host', 'powerdns', 'agent', 'answers', 'serial'], nameserverRows(status)),
    section('Web servers', ['host', 'nginx'], webServerRows(status)),
    section('Sites', ['name', 'through', 'answer', 'time'], siteRows(status)),
    section('Certificates', ['name', 'days left', 'until', 'issued by', 'served at'], certificateRows(status)),
    (style) => notAskedLines(status, style),
  ];
  const blocks = sections.map((block) => block(style)).filter((lines) => lines.length > 0);
  return `${[[verdict(status, style)], ...blocks].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function verdict(status: EdgeStatus, style: TextStyle): string {
  const errors = status.problems.filter((problem) => problem.severity === 'error').length;
  const warnings = status.problems.length - errors;
  const time = style('quiet', momentInWords(status.at));
  if (!status.healthy) {
    return `${style('bad', 'NOT HEALTHY')}  ${status.edge}: ${counted(errors, 'problem')}${warnings > 0 ? `, ${counted(warnings, 'warning')}` : ''}  ${time}`;
  }
  return `${style('good', 'HEALTHY')}  ${status.edge}${warnings > 0 ? `: ${counted(warnings, 'warning')}` : ''}  ${time}`;
}

/** Silence about a site must not read as if it were well. */
function notAskedLines({ notAsked: { sites, names }, turns }: EdgeStatus, style: TextStyle): readonly string[] {
  const parts = [
    ...(sites === 0 ? [] : [counted(sites, 'site')]),
    ...(names === 0 ? [] : [`${counted(names, 'question')} to each nameserver`]),
  ];
  if (parts.length === 0) return [];
  const what = parts.join(' and ');
  return [
    style(
      'quiet',
      turns === undefined
        ? `Not asked: ${what}; one status has a limit.`
        : `Not asked yet: ${what}; each look asks some.`,
    ),
  ];
}

function problemLines(problems: readonly StatusProblem[], style: TextStyle): readonly string[] {
  return problems.flatMap((problem) => [
    problem.severity === 'error'
      ? `${style('bad', 'problem')}  ${problem.message}`
      : `${style('warn', 'warning')}  ${problem.message}`,
    style('quiet', `         ${problem.next}`),
  ]);
}

type Section = (style: TextStyle) => readonly string[];

function section(title: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): Section {
  return (style) => {
    if (rows.length === 0) return [];
    const head = heads.map((text): Cell => ({ text, tone: 'quiet' }));
    return [style('strong', title), ...textTable([head, ...rows], style)];
  };
}

function vipRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  return status.vips.map((vip) => [vip.name, vip.address, holderCell(vip), sightCell(vip), sinceText(vip)]);
}

function holderCell(vip: VipStatus): Cell {
  const [holder, ...others] = vip.holders;
  if (holder === undefined) return { text: 'nobody', tone: 'bad' };
  if (others.length > 0) return { text: vip.holders.join(' AND '), tone: 'bad' };
  if (holder !== vip.preferred && vip.claimedBy.includes(holder))
    return { text: `${holder} (moved there by a person; ${vip.preferred} is preferred)`, tone: 'warn' };
  return holder === vip.preferred
    ? { text: `${holder} (preferred)`, tone: 'good' }
    : { text: `${holder} (${vip.preferred} is preferred)`, tone: 'warn' };
}

function sightCell(vip: VipStatus): Cell {
  if (vip.unseen !== undefined) return { text: `not seen: ${vip.unseen}`, tone: 'quiet' };
  if (vip.seenFrom === undefined) return { text: 'not seen: nobody to ask', tone: 'quiet' };
  if (vip.macs.length === 0) return { text: 'no answer', tone: 'bad' };
  const right = vip.answeredBy.length === 1 && vip.holders.includes(vip.answeredBy[0] ?? '');
  return { text: `${vip.answeredBy.join(' AND ')} (${vip.macs.join(', ')})`, tone: right ? 'good' : 'bad' };
}

function sinceText(vip: VipStatus): string {
  return vip.since === undefined ? '' : `since ${momentInWords(vip.since)}`;
}

function balancerRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  return status.balancers.map((entry) => {
    if (!entry.reachable) return [{ text: entry.host, tone: 'bad' }, { text: 'no answer', tone: 'bad' }, '', '', ''];
    return [
      entry.host,
      entry.nginxHangs ? { text: 'hangs', tone: 'bad' } : unitCell(entry.nginx),
      unitCell(entry.keepalived),
      agentCell(entry.agent),
      heldText(entry),
    ];
  });
}

/** An agent that does not answer ends no service. */
function agentCell(word: string | undefined): Cell {
  if (word === undefined) return '';
  return word === 'active' ? unitCell(word) : { text: word, tone: 'warn' };
}

function heldText(entry: BalancerStatus): string {
  const sees = entry.agentSees;
  const states = [
    ...(entry.drained ? ['drained'] : []),
    ...(sees?.isolated === true ? ['cut off'] : []),
    ...(sees?.blind === true ? ['blind'] : []),
    ...(sees?.settlingMs === undefined ? [] : [`settling, ${Math.ceil(sees.settlingMs / 1000)} s left`]),
  ];
  return `${entry.holds.join(', ') || 'nothing'}${states.length === 0 ? '' : ` (${states.join('; ')})`}`;
}

function balancerNames(status: EdgeStatus): readonly string[] {
  return [...new Set(status.backends.map((entry) => entry.balancer))].map((name) => `from ${name}`);
}

function backendRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  const balancers = [...new Set(status.backends.map((entry) => entry.balancer))];
  const groups = Map.groupBy(status.backends, (entry) => `${entry.pool} ${entry.address} ${entry.port}`);
  return [...groups.values()].flatMap((views): readonly (readonly Cell[])[] => {
    const [first] = views;
    if (first === undefined) return [];
    const drained = status.balancers.some((one) =>
      [first.name, `${first.name}:${first.port}`].some((name) => one.drainedBackends.includes(name)),
    );
    const extra = `${first.weight === 1 ? '' : ` weight ${first.weight}`}${first.backup ? ' backup' : ''}${drained ? ' drained' : ''}`;
    const cells = balancers.map((name): Cell => {
      const view = views.find((entry) => entry.balancer === name);
      if (view === undefined) return '';
      return view.up ? { text: `up, ${showMs(view.ms)}`, tone: 'good' } : { text: `DOWN: ${view.reason}`, tone: 'bad' };
    });
    return [[first.pool, `${first.name}${extra}`, `${first.address}:${first.port}`, ...cells]];
  });
}

function nameserverRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  return status.nameservers.map((entry) => {
    const serials = [...new Set(entry.serials.map(({ serial }) => String(serial)))].join(', ');
    return [
      entry.reachable ? entry.host : { text: entry.host, tone: 'bad' },
      entry.reachable ? unitCell(entry.powerdns) : { text: 'no answer', tone: 'bad' },
      entry.reachable ? agentCell(entry.agent) : '',
      entry.answering
        ? { text: entry.answers.join(' ') || 'nothing', tone: entry.answers.length > 0 ? 'good' : 'bad' }
        : { text: 'no answer', tone: 'bad' },
      serials,
    ];
  });
}

function webServerRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  return status.webServers.map((entry) => {
    if (!entry.managed) return [entry.host, { text: 'not managed', tone: 'quiet' }];
    if (!entry.reachable)
      return [
        { text: entry.host, tone: 'bad' },
        { text: 'no answer', tone: 'bad' },
      ];
    return [entry.host, unitCell(entry.nginx ?? 'unknown')];
  });
}

/** One line per name and answer: the VIPs that give the same one stand together. */
function siteRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  const groups = Map.groupBy(status.sites, (site) => `${site.name} ${site.up} ${site.reason}`);
  return [...groups.values()].flatMap((sites): readonly (readonly Cell[])[] => {
    const [first] = sites;
    if (first === undefined) return [];
    const through = first.up
      ? [...new Set(sites.map((site) => site.vip))].join(' ')
      : sites.map((site) => `${site.vip} ${site.address}`).join(', ');
    const slowest = Math.max(...sites.map((site) => site.ms));
    return [
      [
        first.name,
        through,
        first.up ? { text: String(first.status), tone: 'good' } : { text: `FAILS: ${first.reason}`, tone: 'bad' },
        first.status === 0 ? '' : showMs(slowest),
      ],
    ];
  });
}

const certificateTones = { error: 'bad', warning: 'warn', none: 'good' } as const;

/** One line per certificate, not per place: the places that serve the same one stand together. */
function certificateRows(status: EdgeStatus): readonly (readonly Cell[])[] {
  const groups = Map.groupBy(status.certificates, (entry) => `${entry.name} ${entry.fingerprint}`);
  return [...groups.values()].flatMap((served): readonly (readonly Cell[])[] => {
    const [first] = served;
    if (first === undefined) return [];
    const places = [...new Set(served.map((entry) => entry.servedAt))].join(' ');
    const left = first.daysLeft < 0 ? 'ended' : counted(first.daysLeft, 'day');
    const tone = certificateTones[certificateUrgency(first.daysLeft)];
    return [[first.name, { text: left, tone }, first.notAfter.slice(0, 10), first.issuer, places]];
  });
}

function unitCell(state: string): Cell {
  return { text: state, tone: state === 'active' ? 'good' : 'bad' };
}
