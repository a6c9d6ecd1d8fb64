import { computed } from '@preact/signals';
import type { EdgeView } from '../src/report/edge-view.ts';
import { shown } from './edge-state.ts';
import { find, isFound } from './find.ts';
import { Nothing, Section } from './section.tsx';
import { nowMs } from './time-span.ts';
import { severityTones, type Tone, toneSigns, troubleFirst } from './tone.ts';
import { when } from './words.ts';

type Problem = EdgeView['problems'][number];

/** Problems that are read at a glance; the others are behind a fold. */
const atAGlance = 8;

const sorted = computed(() =>
  troubleFirst(
    shown.problems.value.filter(({ message, subject }) => isFound(`${subject} ${message}`, find.value)),
    toneOf,
  ),
);

function toneOf({ severity }: Problem): Tone {
  return severityTones[severity];
}

/** What is wrong, why, and what to do; errors first. */
export function Problems() {
  const problems = sorted.value;
  const [first, rest] = [problems.slice(0, atAGlance), problems.slice(atAGlance)];
  return (
    <Section id="problems" title="Problems">
      {shown.problems.value.length === 0 ? (
        <Nothing>None.</Nothing>
      ) : problems.length === 0 ? (
        <p class="nothing">None of {shown.problems.value.length} is about that.</p>
      ) : (
        <ProblemList problems={first} />
      )}
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more</summary>
          <ProblemList problems={rest} />
        </details>
      )}
    </Section>
  );
}

function ProblemList({ problems }: { problems: readonly Problem[] }) {
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={problem.key} class={toneOf(problem)}>
          <span class="problem-head">
            <strong>
              {toneSigns[toneOf(problem)]} {problem.severity === 'error' ? 'Problem' : 'Warning'}
            </strong>
            <span class="quiet">since {when(problem.since, nowMs.value)}</span>
          </span>
          <span class="problem-text">{problem.message}</span>
          <span class="next">
            <span class="quiet">Next: </span>
            {problem.next}
          </span>
        </li>
      ))}
    </ul>
  );
}
