/** A line of the probe that runs on the clients' side (server/probe-through-client.ts). */
export type ClientProbeLine =
  /** A round begins: what has its number was asked now. */
  | { readonly kind: 'round'; readonly round: number }
  | {
      readonly kind: 'answer';
      readonly round: number;
      /** Of the pair. */
      readonly index: number;
      /** Of curl (curl(1), EXIT CODES); 0: a response came. */
      readonly exitCode: number;
      /** The HTTP status; 0: none. */
      readonly status: number;
      /** Milliseconds. */
      readonly ms: number;
    };

/** Reads `round 7` or `7 0 0 200 0.012345`: round, pair, curl's exit code, status, seconds. Undefined for any other line. */
export function readClientProbeLine(line: string): ClientProbeLine | undefined {
  const begin = /^round (\d{1,9})$/.exec(line);
  if (begin !== null) return { kind: 'round', round: Number(begin[1]) };
  const words = /^(\d{1,9}) (\d{1,5}) (\d{1,3}) (\d{1,3}) (\d{1,6}(?:\.\d{1,9})?)$/.exec(line);
  if (words === null) return undefined;
  const [round = 0, index = 0, exitCode = 0, status = 0, seconds = 0] = words.slice(1).map(Number);
  return { kind: 'answer', round, index, exitCode, status, ms: seconds * 1000 };
}
