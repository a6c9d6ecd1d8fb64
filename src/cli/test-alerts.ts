import { randomUUID } from 'node:crypto';
import { outgoingAlert } from '../report/alert-memory.ts';
import { testDocument } from '../report/alert-message.ts';
import { type Cell, textTable } from '../report/text-table.ts';
import { sendAlert } from '../server/alerts/send-alert.ts';
import { type CliContext, exitCodes } from './context.ts';
import { loadEdge } from './edge-file.ts';
import { knownName } from './known-name.ts';
import { InvalidInput } from './run-command.ts';
import { styleFor } from './style.ts';

/** Sends a test to one receiver, or to all of them at once, and prints what each said. The exit code says whether all of them took it. */
export async function testAlerts(context: CliContext, file: string, wanted: string | undefined): Promise<number> {
  const { model, directory } = await loadEdge(context, file);
  const { receivers } = model.alerts;
  if (receivers.length === 0) {
    context.printError(
      `error: ${file} names no receiver of alerts, so nothing is sent to anybody\nfix: add \`alerts\` with \`receivers\`; docs/alerts.md shows how`,
    );
    throw new InvalidInput();
  }
  const chosen = receivers.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0) {
    context.printError(knownName({ kind: 'receiver', name: wanted ?? '', known: receivers.map(({ name }) => name) }));
    throw new InvalidInput();
  }
  const at = context.now().getTime();
  const message = outgoingAlert(testDocument({ id: randomUUID(), edge: model.name, place: 'real', at }));
  const outcomes = await Promise.all(
    chosen.map(async (receiver) => ({
      receiver,
      outcome: await sendAlert(receiver, message, { directory, signal: context.signal }),
    })),
  );
  const rows = outcomes.map(({ receiver: { name, way }, outcome }): readonly Cell[] => [
    name,
    way.kind,
    outcome.kind === 'taken' ? { text: 'taken', tone: 'good' } : { text: 'not taken', tone: 'bad' },
    outcome.kind === 'taken' ? outcome.said : `${outcome.said}; next: ${outcome.next}`,
  ]);
  context.print(textTable(rows, styleFor(context)).join('\n'));
  return outcomes.every(({ outcome }) => outcome.kind === 'taken') ? exitCodes.done : exitCodes.refused;
}
