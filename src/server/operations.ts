import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { OperationKind, WorkRow } from '../report/edge-view.ts';
import type { AuditEntry } from '../report/audit-entry.ts';
import type { Board } from './board.ts';
import type { Visitor } from './gate.ts';
import type { Keeper } from './keeper.ts';

/** What a person asks for. */
export interface OperationRequest {
  readonly does: OperationKind;
  readonly subject: string;
  readonly target: string;
  /** Why, for the audit log. */
  readonly reason: string;
}

/** How an operation ended, in one or more sentences. Of one that is `partial` the first line says what is left to do. */
export interface OperationResult {
  readonly state: 'done' | 'partial';
  readonly note: string;
}

/** Does an operation on the edge and says how it ended. Throws a Fault when it could not be done. */
export type DoOperation = (request: OperationRequest, emit: Emit, signal: AbortSignal) => Promise<OperationResult>;

/** What became of asking. `refused` and `busy` say why, without a final stop. */
export type Asked =
  | { readonly kind: 'begun'; readonly id: number }
  | { readonly kind: 'refused' | 'busy'; readonly why: string };

/** Takes operations from people, one at a time. */
export interface Operations {
  ask(request: OperationRequest, visitor: Visitor): Asked;
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

interface OperationsWorld {
  readonly board: Board;
  readonly keeper: Keeper;
  readonly run: DoOperation;
  readonly now: () => Date;
  /** Called when one has ended: things are different now. */
  readonly onEnd: () => void;
  /** Stops what runs, as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/** An operation that was written down. */
interface Begun {
  readonly id: number;
  readonly entry: Pick<AuditEntry, 'at' | 'operator' | 'title' | 'reason'>;
}

/** How ends stand in the timeline. */
const ends = {
  done: { severity: 'good', words: '' },
  partial: { severity: 'warning', words: ', in part' },
  failed: { severity: 'error', words: '' },
} as const;

/** Operations that are shown; the audit log has all. */
const shown = 20;

/** Takes operations that stand on the board, and writes each into the audit log before it begins. */
export function makeOperations(world: OperationsWorld): Operations {
  const { board, keeper, now } = world;
  let running: Promise<void> | undefined;
  let current: { readonly title: string; readonly operator: string } | undefined;
  board.put({ work: keeper.operations(shown).map(workRow) });

  return {
    ask(request, visitor) {
      const offer = board
        .view()
        .operations.find(
          ({ does, subject, target }) =>
            does === request.does && subject === request.subject && target === request.target,
        );
      if (offer === undefined) return { kind: 'refused', why: 'there is no such operation on this edge now' };
      if (request.reason.trim() === '') return { kind: 'refused', why: 'say why: the reason goes into the audit log' };
      if (current !== undefined) {
        return { kind: 'busy', why: `${current.operator} does something just now: ${current.title}` };
      }
      if (offer.refusal !== undefined) return { kind: 'refused', why: offer.refusal };
      const { title } = offer;
      const entry = { at: now().toISOString(), operator: visitor.name, title, reason: request.reason.trim() };
      const id = keeper.beginOperation(entry);
      current = { title, operator: visitor.name };
      show({ key: String(id), ...entry, startedAt: entry.at, state: 'running', note: 'begins' });
      board.tell([
        {
          at: entry.at,
          kind: 'operation',
          severity: 'info',
          subject: request.subject,
          text: `${visitor.name}: ${title} (${entry.reason})`,
        },
      ]);
      running = carryOut(request, { id, entry });
      return { kind: 'begun', id };
    },
    settled: async () => {
      await running;
    },
  };

  async function carryOut(request: OperationRequest, { id, entry }: Begun): Promise<void> {
    const end = await work(world, request, (text) => note(id, text));
    const at = now().toISOString();
    keeper.endOperation(id, { at, ...end });
    current = undefined;
    show({ key: String(id), ...entry, startedAt: entry.at, ...end });
    const { severity, words } = ends[end.state];
    const text = `${entry.title}${words}: ${firstLine(end.note)}`;
    board.tell([{ at, kind: 'operation', severity, subject: request.subject, text }]);
    world.onEnd();
  }

  function show(row: WorkRow): void {
    const others = board.view().work.filter(({ key }) => key !== row.key);
    board.put({ work: [...others, row].slice(-shown) });
  }

  function note(id: number, text: string): void {
    const row = board.view().work.find(({ key }) => key === String(id));
    if (row !== undefined) show({ ...row, note: text });
  }
}

/** Runs it; a Fault is how it ended. */
async function work(
  { run, signal }: OperationsWorld,
  request: OperationRequest,
  onNote: (note: string) => void,
): Promise<Pick<AuditEntry, 'note'> & { readonly state: keyof typeof ends }> {
  const emit: Emit = (event) => {
    if ('note' in event.data) onNote(event.data.note);
    else if ('title' in event.data) onNote(event.data.title);
    else if ('text' in event.data) onNote(event.data.text);
  };
  try {
    return await run(request, emit, signal);
  } catch (error) {
    if (error instanceof Fault) return { state: 'failed', note: faultText(error) };
    // Nobody else would see a bug: the page is all there is.
    return { state: 'failed', note: `a bug in evenkeel: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function faultText({ details }: Fault): string {
  const { message, said, state, next } = details;
  return [message, said, state, next === undefined ? undefined : `next: ${next}`]
    .filter((text) => text !== undefined && text !== '')
    .join('\n');
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function workRow(entry: AuditEntry): WorkRow {
  const { id, title, operator, reason, state, at, note } = entry;
  return { key: String(id), title, operator, reason, state, startedAt: at, note };
}
