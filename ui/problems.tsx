import { view } from './edge-state.ts';
import { clock } from './words.ts';

/** What is wrong, why, and what to do; errors first. */
export function Problems() {
  const problems = view.value.problems.toSorted((a, b) =>
    a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0,
  );
  return (
    <section id="problems" aria-labelledby="problems-title">
      <h2 id="problems-title">Problems</h2>
      {problems.length === 0 ? (
        <p class="quiet">{view.value.look[0]?.state === 'never' ? 'Nothing is known yet.' : 'None.'}</p>
      ) : (
        <ul class="problems">
          {problems.map((problem) => (
            <li key={problem.key} class={problem.severity}>
              <strong>{problem.severity === 'error' ? 'Problem' : 'Warning'}</strong> {problem.message}
              <span class="quiet"> since {clock(problem.since)}</span>
              <br />
              <span class="next">{problem.next}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
