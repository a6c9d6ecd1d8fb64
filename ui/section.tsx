import type { ComponentChildren } from 'preact';
import { shown } from './edge-state.ts';

interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** Beside the title: figures, a choice. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the page with its heading. */
export function Section({ id, title, aside, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`} tabIndex={-1}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What stands where nothing can be shown: nobody looked yet, or there is nothing. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="nothing">{shown.look.value[0]?.state === 'never' ? 'Not known yet.' : children}</p>;
}
