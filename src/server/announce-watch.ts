import type { Board } from './board.ts';

/**
 * Says in the timeline that the dashboard watches, once everything was seen for the first time. With the event the history keeps what
 * the edge looked like: that is where reports begin, and how they know what changed while nobody watched.
 */
export function announceWatch(board: Board, now: () => Date): void {
  const stop = board.subscribe(() => {
    const { look, holdings } = board.view();
    if (look[0]?.state !== 'fresh' || holdings.length === 0) return;
    stop();
    // After the news that it follows from.
    queueMicrotask(() =>
      board.tell([
        {
          at: now().toISOString(),
          kind: 'controller',
          severity: 'info',
          subject: 'dashboard',
          text: 'the dashboard began to watch',
        },
      ]),
    );
  });
}
