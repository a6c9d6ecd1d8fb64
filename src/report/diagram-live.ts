import { counted } from '../base/counted.ts';
import type { Backend, Pool, Vip } from '../model/model.ts';
import type { CardRow } from './diagram-card.ts';
import { fonts, type Ink } from './diagram-scene.ts';
import type { EdgeStatus } from './edge-status.ts';
import { utcInWords } from './report-words.ts';

/** What is true now, as a word with a sign before it: colour only repeats it. */
export type LiveWord = Pick<CardRow, 'right' | 'rightInk'>;

/** Whether requests come through; `unknown`: nobody could be asked. */
export type Flow = 'flows' | 'broken' | 'unknown';

/** Of these problems a host can't do its work. */
const disabling: ReadonlySet<string> = new Set(['unit-not-running', 'nameserver-silent', 'nginx-hung']);

/**
 * | answers | does its work | drained | word      |
 * |---------|---------------|---------|-----------|
 * | no      | -             | -       | ✕ SILENT  |
 * | yes     | no            | -       | ✕ DOWN    |
 * | yes     | yes           | yes     | – drained |
 * | yes     | yes           | no      | ✓ up      |
 */
export function hostWord(name: string, status: EdgeStatus): LiveWord {
  const machines = [...status.balancers, ...status.nameservers, ...status.webServers];
  if (machines.find((entry) => entry.host === name)?.reachable !== true) return bad('✕ SILENT');
  if (status.problems.some(({ subject, code }) => subject === name && disabling.has(code))) return bad('✕ DOWN');
  const drained = status.balancers.some((entry) => entry.host === name && entry.drained);
  return drained ? { right: '– drained', rightInk: 'quiet' } : { right: '✓ up', rightInk: 'good' };
}

/** Who holds a VIP now; more than one is wrong. */
export function holdersOf({ name }: Pick<Vip, 'name'>, status: EdgeStatus): readonly string[] {
  return [...new Set(status.vips.flatMap((entry) => (entry.name === name ? entry.holders : [])))];
}

/** `✓ held by lb1`, `✕ held by NOBODY`, `✕ held by lb1 AND lb2`. */
export function holderRow(vip: Pick<Vip, 'name'>, status: EdgeStatus): CardRow {
  const holders = holdersOf(vip, status);
  const right = holders.length === 1;
  const words = holderWords(holders);
  return { text: `${right ? '✓' : '✕'} held by ${words}`, font: fonts.body, ink: right ? 'good' : 'bad' };
}

function holderWords(holders: readonly string[]): string {
  return holders.length === 0 ? 'NOBODY' : holders.join(' AND ');
}

/** A VIP for who can't see the drawing: who is to hold it, in their order, and with a status who does. */
export function vipInWords({ name, ipv4, claims }: Vip, status: EdgeStatus | undefined): string {
  const order = claims.map(({ balancer }) => balancer).join(', then ');
  const vip = `${name} ${ipv4.text}`;
  if (status === undefined) return `${vip} is held by ${order}`;
  return `${vip} is held by ${holderWords(holdersOf({ name }, status))} now, and should be by ${order}`;
}

/** How the balancers see a backend. */
export function backendWord(pool: Pick<Pool, 'name'>, backend: Backend, status: EdgeStatus): LiveWord {
  const seen = status.backends.filter(
    ({ pool: name, address, port }) => name === pool.name && address === backend.address.text && port === backend.port,
  );
  const down = seen.filter(({ up }) => !up).map(({ balancer }) => balancer);
  if (seen.length === 0) return { right: '? not asked', rightInk: 'quiet' };
  if (down.length === 0) return { right: '✓ up', rightInk: 'good' };
  return bad(down.length === seen.length ? '✕ DOWN' : `✕ not from ${down.join(', ')}`);
}

/** Whether anybody reaches a server of a pool. */
export function poolFlow({ name }: Pick<Pool, 'name'>, status: EdgeStatus): Flow {
  return flowOf(status.backends.filter(({ pool }) => pool === name));
}

/** Whether a balancer passes on requests: it works and reaches at least one server. */
export function balancerFlow(name: string, status: EdgeStatus): Flow {
  if (hostWord(name, status).rightInk === 'bad') return 'broken';
  return flowOf(status.backends.filter(({ balancer }) => balancer === name));
}

function flowOf(seen: EdgeStatus['backends']): Flow {
  if (seen.length === 0) return 'unknown';
  return seen.some(({ up }) => up) ? 'flows' : 'broken';
}

/** What stands below the title: when it was seen and what is wrong. */
export function liveSubtitle({ at, problems }: EdgeStatus): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = [
    ...(errors === 0 ? [] : [counted(errors, 'problem')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ];
  const verdict =
    problems.length === 0
      ? 'all is well'
      : `${counts.join(', ')}: ${problems.map(({ message }) => message).join('; ')}`;
  return `As of ${utcInWords(at)} UTC: ${verdict}`;
}

/** The description of a drawing, with all that is wrong now. */
export function withNow(description: string, status: EdgeStatus | undefined): string {
  return status === undefined ? description : `${liveSubtitle(status)}. ${description}`;
}

/** The ink of a line through which requests come, or do not. */
export function flowInk(flow: Flow, usual: Ink): Ink {
  return flow === 'broken' ? 'bad' : usual;
}

function bad(right: string): LiveWord {
  return { right, rightInk: 'bad' };
}
