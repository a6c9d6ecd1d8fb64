import { counted } from '../base/counted.ts';
import { isEmptyPlan, planRefusals } from '../plan/plan.ts';
import type { Action, Change, ChangeClass, FileChange, HostPlan, Plan } from '../plan/plan.ts';
import type { TextStyle } from './text-style.ts';

/** Lines of one file's diff that are shown; the rest is counted. */
const longestDiff = 80;

/** A plan for a reader: per host what changes and why, diffs, what is told to whom, what it costs; then one sentence. */
export function printPlan(plan: Plan, style: TextStyle): string {
  const busy = plan.hosts.filter((host) => host.changes.length > 0 || host.refusals.length > 0);
  const calm = plan.hosts.filter((host) => !busy.includes(host)).map((host) => host.host);
  const blocks = busy.map((host) => hostLines(host, style));
  if (calm.length > 0 && busy.length > 0) blocks.push([style('quiet', `(no changes) ${calm.join(', ')}`)]);
  return `${[...blocks, [summary(plan, style)]].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The plan in one sentence. */
export function planSummary(plan: Plan): string {
  const refusals = planRefusals(plan);
  if (refusals.length > 0) return `refused: ${counted(refusals.length, 'thing')} in the way, nothing will be changed`;
  if (isEmptyPlan(plan)) return '(no changes)';
  const changes = plan.hosts.flatMap((host) => host.changes);
  const files = changes.filter((change) => change.kind === 'file').length;
  const packages = changes.filter((change) => change.kind === 'install-package').length;
  const programs = changes.filter((change) => change.kind === 'program').length;
  const units = changes.filter((change) => change.kind === 'enable-unit' || change.kind === 'start-unit').length;
  const unfinished = changes.filter((change) => change.kind === 'finish-apply').length;
  const parts = [
    ...(packages > 0 ? [counted(packages, 'package')] : []),
    ...(files > 0 ? [counted(files, 'file')] : []),
    ...(programs > 0 ? [counted(programs, 'program')] : []),
    ...(units > 0 ? [counted(units, 'change') + ' of units'] : []),
    ...(unfinished > 0 ? [`${counted(unfinished, 'host')} with an unfinished apply`] : []),
  ];
  const hosts = plan.hosts.filter((host) => host.changes.length > 0);
  return `${parts.join(', ')} on ${counted(hosts.length, 'host')}; ${costSentence(plan)}`;
}

function summary(plan: Plan, style: TextStyle): string {
  const text = planSummary(plan);
  if (planRefusals(plan).length > 0) return style('bad', text);
  return isEmptyPlan(plan) ? style('good', text) : style('strong', text);
}

function costSentence(plan: Plan): string {
  if (plan.vrrpTogether) return 'balancers will disagree about a VIP until the last one is changed';
  const classes = new Set(plan.hosts.map((host) => host.class));
  if (classes.has('disruptive')) return 'something will be out of service for a moment';
  if (classes.has('moves-vip')) return 'VIPs move, one balancer at a time';
  return classes.has('peer-covers')
    ? 'servers restart one at a time, the others answer'
    : 'no VIP moves and no server stops';
}

function hostLines(host: HostPlan, style: TextStyle): readonly string[] {
  const cost = host.class === 'hitless' ? '' : `  ${style(classTone(host.class), classWords[host.class])}`;
  return [
    `${style('strong', host.host)} ${style('quiet', `(${roleWords[host.role]})`)}${cost}`,
    ...host.refusals.flatMap((refusal) => [
      `  ${style('bad', 'refused')} ${refusal.message}`,
      style('quiet', `          ${refusal.next}`),
    ]),
    ...host.changes.filter((change) => !isAdopted(change)).flatMap((change) => changeLines(change, style)),
    ...adoptedLines(host, style),
    ...[...host.retire, ...host.actions].map((action) => style('quiet', `  then ${actionText(action)}`)),
  ];
}

const roleWords: Readonly<Record<HostPlan['role'], string>> = {
  balancer: 'balancer',
  nameserver: 'nameserver',
  web: 'web server',
};

const classWords: Readonly<Record<ChangeClass, string>> = {
  hitless: 'hitless',
  'peer-covers': 'restarts while the others answer',
  'moves-vip': 'moves VIPs',
  disruptive: 'out of service for a moment',
};

function classTone(cost: ChangeClass): 'bad' | 'warn' {
  return cost === 'disruptive' ? 'bad' : 'warn';
}

function isAdopted(change: Change): boolean {
  return change.kind === 'file' && change.verb === 'adopt';
}

/** Files that are right and only have to be known: what a person wants to know of them is how many. */
function adoptedLines(host: HostPlan, style: TextStyle): readonly string[] {
  const count = host.changes.filter(isAdopted).length;
  if (count === 0) return [];
  const what = count === 1 ? 'file is right as it is' : 'files are right as they are';
  return [`  ${style('warn', '=')} ${count} ${what}; evenkeel looks after ${count === 1 ? 'it' : 'them'} from now on`];
}

function changeLines(change: Change, style: TextStyle): readonly string[] {
  switch (change.kind) {
    case 'install-package':
      return [`  ${style('good', '+')} package ${change.name} ${change.version ?? '(version not known yet)'}`];
    case 'enable-unit':
      return [`  ${style('good', '+')} ${change.unit} starts with the machine`];
    case 'start-unit':
      return [`  ${style('good', '+')} ${change.unit} runs ${style('quiet', `(it is ${change.state})`)}`];
    case 'finish-apply':
      return [
        `  ${style('warn', '!')} an apply (generation ${change.generation}) was interrupted here; it is finished`,
      ];
    case 'program': {
      const sign = change.verb === 'create' ? style('good', '+') : style('bad', '-');
      return [
        `  ${sign} ${change.path}${style('quiet', `  ${change.why} (${Math.ceil(change.size / 1_000_000)} MB, ${change.architecture})`)}`,
      ];
    }
    case 'file':
      return [fileLine(change, style), ...diffLines(change, style)];
    default:
      return change satisfies never;
  }
}

const verbSigns = { create: '+', update: '~', remove: '-', restore: '<', adopt: '=' } as const;

function fileLine(file: FileChange, style: TextStyle): string {
  const sign = style(file.verb === 'create' ? 'good' : file.verb === 'remove' ? 'bad' : 'warn', verbSigns[file.verb]);
  const notes = [
    ...(file.visibility === 'secret' ? [secretNote(file)] : []),
    ...accessNotes(file),
    ...(file.drifted ? ['changed on the host by somebody'] : []),
    ...(file.foreign && file.verb === 'update' ? ['the file that is there is kept, and returns if this one goes'] : []),
  ];
  const tail = notes.length === 0 ? '' : ` [${notes.join('; ')}]`;
  return `  ${sign} ${file.path}${style('quiet', `  ${file.why}${tail}`)}`;
}

function secretNote(file: FileChange): string {
  const mark = (hash: string | undefined): string => (hash === undefined ? 'nothing' : `${hash.slice(0, 8)}...`);
  return `secret: ${mark(file.before?.hash)} -> ${mark(file.after?.hash)}`;
}

function accessNotes(file: FileChange): readonly string[] {
  const { before, after } = file;
  if (before === undefined || after === undefined) return [];
  return [
    ...(before.mode === after.mode ? [] : [`mode ${octal(before.mode)} -> ${octal(after.mode)}`]),
    ...(before.owner === after.owner ? [] : [`owner ${before.owner} -> ${after.owner}`]),
  ];
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Nobody needs to see line by line how Debian's example file differs; the JSON of the plan has it. */
function diffLines(file: FileChange, style: TextStyle): readonly string[] {
  if (file.diff === '' || file.foreign) return [];
  const lines = file.diff.trimEnd().split('\n');
  const shown = lines.slice(0, longestDiff).map((line) => `      ${style(lineTone(line), line)}`);
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, style('quiet', `      ... ${rest} more lines`)] : shown;
}

function lineTone(line: string): 'good' | 'bad' | 'quiet' {
  if (line.startsWith('+')) return 'good';
  return line.startsWith('-') ? 'bad' : 'quiet';
}

/** An action in words. */
export function actionText(action: Action): string {
  switch (action.kind) {
    case 'daemon-reload':
      return 'systemd reads its units again';
    case 'tmpfiles':
      return 'make state files';
    case 'sysctl':
      return 'set kernel values';
    case 'enable':
    case 'disable':
      return `${action.kind} ${action.units.join(', ')}`;
    case 'start':
    case 'stop':
      return `${action.kind} ${action.unit}`;
    case 'reload':
    case 'restart':
      return `${action.kind} ${action.unit}: ${action.why}`;
    case 'load-zone':
      return `load the zone ${action.zone}`;
    case 'drop-zone':
      return `drop the zone ${action.zone}`;
    default:
      return action satisfies never;
  }
}
