import type { Topology } from '../src/report/edge-view.ts';
import { type Snapshot, line, view } from './edge-state.ts';
import { clock, counted } from './words.ts';

/** The first thing to be read: is all well? */
export function Verdict({ topology, visitor }: { topology: Topology; visitor: Snapshot['visitor'] }) {
  const { problems, look } = view.value;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const state = look[0]?.state ?? 'never';
  const sure = state === 'fresh' && line.value === 'open';
  const word = state === 'never' ? 'Not known yet' : errors > 0 ? 'Not healthy' : 'Healthy';
  const tone = !sure ? 'unsure' : errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good';
  return (
    <header class={`verdict ${tone}`}>
      <h1>
        {topology.edge} <small>{topology.place === 'lab' ? 'in the lab' : 'on its hosts'}</small>
      </h1>
      <p class="word" role="status" data-testid="verdict">
        {word}
        {sure || state === 'never' ? '' : ' when last seen'}
        {errors > 0 ? `: ${counted(errors, 'problem')}` : ''}
        {warnings > 0 ? `${errors > 0 ? ', ' : ': '}${counted(warnings, 'warning')}` : ''}
      </p>
      <p class="quiet">
        {look[0]?.at === undefined ? '' : `looked at ${clock(look[0].at)}`} · failover {topology.failover} ·{' '}
        {visitor.name} ({visitor.role})
      </p>
    </header>
  );
}
