import { Fault } from '../base/fault.ts';
import { chooseFaults } from '../drill/choose-faults.ts';
import type { DoOperation, OperationRequest, OperationResult } from '../server/operations.ts';
import { carryOutMove } from './carry-out-move.ts';
import { type CliContext, exitCodes } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { Place } from './place.ts';
import { holdDrill } from './hold-drill.ts';
import { completeCommands } from './invocation.ts';
import { withMoveWorld } from './planned-move.ts';

/** How long connections may go on where they are: as long as the commands' own default. Milliseconds. */
const deadlineMs = 900_000;

/** Does what the dashboard asks for, the same way as the commands `move`, `drain`, `undrain` and `drill run`. */
export function doOperation(context: CliContext, edge: Edge, place: Place): DoOperation {
  return async (request, emit, signal) => {
    const quiet: CliContext = { ...context, emit, signal, print: () => undefined, printError: () => undefined };
    const { state, note }: OperationResult =
      request.does === 'drill'
        ? { state: 'done', note: await drill(quiet, { edge, place, name: request.subject }) }
        : await plannedMove(quiet, { edge, place }, request);
    return { state, note: completeCommands(note, context.invocation) };
  };
}

interface Where {
  readonly edge: Edge;
  readonly place: Place;
}

async function plannedMove(
  context: CliContext,
  { edge, place }: Where,
  request: OperationRequest,
): Promise<OperationResult> {
  const lab = place.kind === 'lab';
  const flags = { lab, deadline: deadlineMs, ...(lab && place.suffix !== '' ? { suffix: place.suffix } : {}) };
  return withMoveWorld(context, { edge, flags }, (world) => carryOutMove(world, request));
}

/** Holds a drill in the lab; its table is the result. */
async function drill(context: CliContext, { edge, place, name }: Where & { readonly name: string }): Promise<string> {
  if (place.kind !== 'lab') throw new Error('drills are for the lab');
  const lines: string[] = [];
  const collect = (text: string): void => void lines.push(text.trimEnd());
  const flags = {
    file: edge.file,
    lab: true,
    real: false,
    profile: edge.model.profile,
    repeat: 1,
    json: false,
    ...(place.suffix === '' ? {} : { suffix: place.suffix }),
  };
  const code = await holdDrill({ ...context, print: collect, printError: collect }, flags, (known) =>
    chooseFaults([name], known),
  );
  const text = lines.join('\n');
  if (code === exitCodes.done) return text;
  throw new Fault({
    code: code === exitCodes.undoFailed ? 'undo-failed' : 'verify-failed',
    message: `the drill ${name} did not keep its promise`,
    said: text,
    next: 'evenkeel drill report',
  });
}
