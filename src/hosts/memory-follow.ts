import type { Command, FollowedCommand } from './host.ts';

/**
 * Plays a program that is followed on a memory host: says its lines with `say` and resolves when it ends. The signal tells
 * that nobody follows it any more.
 */
export type PlayLines = (argv: Command['argv'], say: (line: string) => void, signal: AbortSignal) => Promise<void>;

/** Follows a played program until it ends or nobody wants it any more; no line is reported after that. */
export async function followInMemory(command: FollowedCommand, play: PlayLines | undefined): Promise<void> {
  const { argv, onBegin, onLine, signal } = command;
  if (signal.aborted) return;
  onBegin();
  const say = (line: string): void => {
    if (!signal.aborted) onLine(line);
  };
  const stopped = Promise.withResolvers<undefined>();
  const stop = (): void => stopped.resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([play?.(argv, say, signal), stopped.promise]);
  signal.removeEventListener('abort', stop);
}
