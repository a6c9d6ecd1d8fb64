import type { Causer } from '../drill/causer.ts';
import type { DrillPlace } from '../drill/journal-file.ts';
import { labCauser } from '../drill/lab-causer.ts';
import { realCauser } from '../drill/real-causer.ts';
import type { Host } from '../hosts/host.ts';
import { labName } from '../lab/definition.ts';
import type { Model } from '../model/model.ts';
import type { Place } from './place.ts';

/** When a real host heals itself if nobody does: longer than any fault is looked at. Milliseconds. */
const healAfterMs = 300_000;

/** What causes and heals faults at a place. */
export function placeCauser(model: Model, place: Place, hosts: ReadonlyMap<string, Host>): Causer {
  return place.kind === 'lab'
    ? labCauser({ model, lab: labName(model.name, place.suffix), hosts })
    : realCauser({ model, hosts, healAfterMs });
}

/** The place as the journal of drills names it. */
export function drillPlace(model: Model, place: Place): DrillPlace {
  return place.kind === 'lab' ? { kind: 'lab', lab: labName(model.name, place.suffix) } : { kind: 'real' };
}
