import * as z from 'zod';

const host = z.string();
const direction = z.enum(['one-way', 'two-way']);

const step = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('service'),
    host,
    service: z.enum(['nginx', 'keepalived', 'pdns', 'sshd', 'agent']),
    does: z.enum(['kill', 'hang', 'resume', 'stop', 'start']),
  }),
  z.object({
    kind: z.literal('machine'),
    host,
    does: z.enum(['power-off', 'power-on', 'link-down', 'link-up']),
  }),
  z.object({ kind: z.literal('partition'), from: host, to: host, direction, does: z.enum(['cut', 'join']) }),
  z.object({ kind: z.literal('gateway'), network: z.string(), does: z.enum(['down', 'up']) }),
  z.object({ kind: z.literal('command'), host, argv: z.tuple([z.string()], z.string()).readonly() }),
]);

/** A step as data; `DrillStep` of the drill room is the same. */
export type StoredStep = z.infer<typeof step>;

const journal = z.object({
  version: z.literal(1),
  owner: z.object({ pid: z.int(), startTime: z.string() }),
  place: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('real') }),
    z.object({ kind: z.literal('lab'), lab: z.string(), made: z.number() }),
  ]),
  faults: z.array(
    z.object({
      since: z.number(),
      name: z.string(),
      title: z.string(),
      cause: z.tuple([step], step).readonly(),
      heal: z.tuple([step], step).readonly(),
    }),
  ),
});

/** What a drill has written down; src/drill/journal.ts says what it means. */
export type StoredJournal = z.infer<typeof journal>;

/** Reads what `JSON.stringify` made of a journal; undefined when it is something else. */
export function readStoredJournal(text: string): StoredJournal | undefined {
  try {
    const parsed = journal.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
