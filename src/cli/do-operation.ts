import { Fault } from '../base/fault.ts';
import { chooseFaults } from '../drill/choose-faults.ts';
import { drainBackend } from '../moves/drain-backend.ts';
import { drainBalancer } from '../moves/drain-balancer.ts';
import { lookAtBackends } from '../moves/look-at-backend.ts';
import { moveVip } from '../moves/move-vip.ts';
import { undrainBalancer } from '../moves/undrain-balancer.ts';
import { printDrained, printDrainedBackend, printMoved, printUndrained } from '../report/print-moves.ts';
import type { DoOperation, OperationRequest } from '../server/operations.ts';
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
    const text =
      request.does === 'drill'
        ? await drill(quiet, { edge, place, name: request.subject })
        : await plannedMove(quiet, { edge, place }, request);
    return completeCommands(text, context.invocation);
  };
}

interface Where {
  readonly edge: Edge;
  readonly place: Place;
}

async function plannedMove(context: CliContext, { edge, place }: Where, request: OperationRequest): Promise<string> {
  const lab = place.kind === 'lab';
  const flags = { lab, deadline: deadlineMs, ...(lab && place.suffix !== '' ? { suffix: place.suffix } : {}) };
  const { does, subject, target } = request;
  return withMoveWorld(context, { edge, flags }, async (world) => {
    if (does === 'move') {
      const vip = edge.model.vips.find(({ name }) => name === subject);
      if (vip === undefined) throw new Error(`there is no VIP ${subject}`);
      return printMoved(await moveVip(world, vip, target));
    }
    if (edge.model.balancers.some(({ name }) => name === subject)) {
      return does === 'drain'
        ? printDrained(await drainBalancer(world, subject))
        : printUndrained(await undrainBalancer(world, subject));
    }
    const turn = does === 'drain' ? 'drain' : 'undrain';
    return printDrainedBackend(
      await drainBackend(world, { name: subject, does: turn, sights: await lookAtBackends(world) }),
    );
  });
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
    next: 'evenkeel drill report last',
  });
}
