import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What may be wider than the screen. Only while it is can it be reached with the keyboard, to be scrolled. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const wide = useSignal(false);
  useEffect(() => {
    const outer = box.current;
    if (outer === null) return undefined;
    const sizes = new ResizeObserver(() => (wide.value = outer.scrollWidth > outer.clientWidth));
    sizes.observe(outer);
    for (const inner of outer.children) sizes.observe(inner);
    return () => sizes.disconnect();
  }, []);
  return (
    <div
      class="scroll"
      ref={box}
      tabIndex={wide.value ? 0 : undefined}
      role={wide.value ? 'group' : undefined}
      aria-label={wide.value ? label : undefined}
    >
      {children}
    </div>
  );
}
