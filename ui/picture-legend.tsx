/** What the lines of the picture mean. */
export function PictureLegend() {
  return (
    <ul class="legend" aria-hidden="true">
      {(
        [
          ['flows', 'serves'],
          ['moved', 'not where it prefers'],
          ['ready', 'ready'],
          ['broken', 'does not get through'],
          ['unknown', 'not known'],
          ['query', 'names'],
        ] as const
      ).map(([tone, words]) => (
        <li key={tone}>
          <svg viewBox="0 0 28 8">
            <path class={`flow ${tone}`} d="M0 4H28" />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  );
}
