import type { Causer } from '../drill/causer.ts';
import type { DrillFault } from '../drill/drill-fault.ts';
import type { Model } from '../model/model.ts';
import { promiseInShort } from '../report/drill-words.ts';
import { textTable } from '../report/text-table.ts';
import type { CliContext } from './context.ts';
import type { DrillListFlags } from './drill-list.ts';
import { drillPlaceOf } from './drill-place.ts';
import { loadEdge } from './edge-file.ts';
import { withEdgeHosts } from './edge-hosts.ts';
import type { Place } from './place.ts';
import { knownFaults, promiseMs } from './fault-file.ts';
import { placeCauser } from './place-causer.ts';
import { styleFor } from './style.ts';

/** One line of the list. */
interface Listed {
  readonly fault: DrillFault;
  /** Why it can't be caused here; undefined: it can. */
  readonly obstacle: string | undefined;
}

/** Prints every fault of the model, as a table or as JSON. */
export async function listDrills(context: CliContext, flags: DrillListFlags): Promise<void> {
  const { model } = await loadEdge(context, flags.file);
  const place = drillPlaceOf(flags);
  const faults = await knownFaults(context, model, flags.faults);
  const listed = await withCauser(model, place, (causer) => judged(faults, causer));
  if (flags.json) {
    const drills = listed.map(({ fault, obstacle }) => ({
      name: fault.name,
      title: fault.title,
      promiseMs: promiseMs(model, fault),
      possible: obstacle === undefined,
      obstacle: obstacle ?? null,
    }));
    context.print(JSON.stringify({ version: 1, place: place.kind, faults: drills }, undefined, 2));
    return;
  }
  const obstacles = new Set(listed.map((line) => line.obstacle));
  const [only] = obstacles;
  // What stands in the way of all of them is said once.
  const common = obstacles.size === 1 ? only : undefined;
  const rows = listed.map(({ fault, obstacle }) => [
    fault.name,
    fault.title,
    promiseInShort(promiseMs(model, fault)),
    obstacle === undefined ? 'yes' : common === undefined ? { text: `no: ${obstacle}`, tone: 'warn' as const } : 'no',
  ]);
  const here = place.kind === 'lab' ? 'in the lab' : 'on the hosts';
  const lines = textTable([['fault', 'what happens', 'promise', here], ...rows], styleFor(context));
  context.print(
    [...lines, ...(common === undefined ? [] : ['', `no fault can be caused ${here}: ${common}`])].join('\n'),
  );
}

async function withCauser<T>(model: Model, place: Place, work: (causer: Causer) => Promise<T>): Promise<T> {
  // Whether a fault can be caused in a lab is seen from outside its machines, and also whether it runs at all.
  if (place.kind === 'lab') return work(placeCauser(model, place, new Map()));
  return withEdgeHosts(model, place, ({ hosts }) => work(placeCauser(model, place, hosts)));
}

async function judged(faults: readonly DrillFault[], causer: Causer): Promise<readonly Listed[]> {
  // At once: hosts that do not answer would otherwise be waited for with every fault.
  return Promise.all(
    faults.map(async (fault) => {
      const possible = await causer.canCause(fault);
      return { fault, obstacle: possible.ok ? undefined : possible.error };
    }),
  );
}
