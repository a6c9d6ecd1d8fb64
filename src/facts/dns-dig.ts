/** One reply as `dig +noall +comments +question +answer +stats` prints it. */
export interface DigReply {
  /** Lower case, without final dot. */
  readonly name: string;
  readonly type: string;
  /** `NOERROR`, `NXDOMAIN`, ... */
  readonly status: string;
  readonly authoritative: boolean;
  readonly records: readonly DigRecord[];
  /** Milliseconds; whole ones unless dig was asked for microseconds (`-u`). */
  readonly ms: number;
}

/** A record of the answer section. */
export interface DigRecord {
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  readonly type: string;
  readonly data: string;
}

/** Reads the replies of one or several questions, in the order printed. A question without a reply is missing. */
export function parseDig(text: string): readonly DigReply[] {
  return text
    .split(/^;; Got answer:$/m)
    .slice(1)
    .flatMap((block) => {
      const [, name, type] = /^;(\S+)\s+IN\s+(\S+)$/m.exec(block) ?? [];
      const status = /status: ([A-Z0-9]+)/.exec(block)?.[1];
      if (name === undefined || type === undefined || status === undefined) return [];
      return [
        {
          name: plainName(name),
          type,
          status,
          authoritative: /^;; flags:[^;]*\baa\b/m.test(block),
          records: block.split('\n').flatMap(readRecord),
          ms: queryTime(block),
        },
      ];
    });
}

function queryTime(block: string): number {
  const [, time, unit] = /^;; Query time: (\d+) (msec|usec)$/m.exec(block) ?? [];
  return Number(time ?? 0) / (unit === 'usec' ? 1000 : 1);
}

function readRecord(line: string): readonly DigRecord[] {
  const [, name, ttl, type, data] = /^([^;\s]\S*)\s+(\d+)\s+IN\s+(\S+)\s+(.+)$/.exec(line) ?? [];
  if (name === undefined || ttl === undefined || type === undefined || data === undefined) return [];
  return [{ name: plainName(name), ttl: Number(ttl), type, data: data.trim() }];
}

/** Why dig got no reply, from what it printed; empty when it says nothing of it. */
export function digFailure(text: string): string {
  if (/timed out/.test(text)) return 'no answer in time';
  if (/connection refused/.test(text)) return 'connection refused';
  if (/host unreachable|network unreachable/.test(text)) return 'host unreachable';
  if (/no servers could be reached/.test(text)) return 'not reached';
  return '';
}

function plainName(name: string): string {
  const lower = name.toLowerCase();
  return lower === '.' ? '.' : lower.replace(/\.$/, '');
}
