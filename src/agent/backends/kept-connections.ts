import type { CheckConnection } from './check-connection.ts';

/** Connections between two checks, at most one to each target. */
export interface KeptConnections {
  /** The one that was kept under this key, if it can still be used. It is no longer kept then. */
  readonly take: (key: string) => CheckConnection | undefined;
  /** Keeps it for the next check, or closes it when the watch is over. */
  readonly keep: (key: string, connection: CheckConnection) => void;
}

/** So long a connection is used, in milliseconds: within this time a backend is asked anew that answers old connections and takes no new ones. */
export const usedMs = 10_000;

/** None yet. All are closed when the signal fires. `now`: the clock of `openedMs`. */
export function keptConnections(signal: AbortSignal, now: () => number = () => performance.now()): KeptConnections {
  const kept = new Map<string, CheckConnection>();
  signal.addEventListener(
    'abort',
    () => {
      for (const { socket } of kept.values()) socket.destroy();
      kept.clear();
    },
    { once: true },
  );
  return {
    take(key) {
      const connection = kept.get(key);
      kept.delete(key);
      if (connection === undefined || connection.socket.destroyed) return undefined;
      if (now() - connection.openedMs < usedMs) return connection;
      connection.socket.destroy();
      return undefined;
    },
    keep(key, connection) {
      if (signal.aborted) connection.socket.destroy();
      else kept.set(key, connection);
    },
  };
}
