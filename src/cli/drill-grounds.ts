import { Fault } from '../base/fault.ts';
import type { Causer } from '../drill/causer.ts';
import type { DrillGround } from '../drill/drill-ground.ts';
import { labGround } from '../drill/lab-ground.ts';
import { installLabTargets, removeLabTargets } from '../drill/lab-target.ts';
import type { LoadOrder } from '../drill/load-stream.ts';
import { nearVips, realGround } from '../drill/real-ground.ts';
import type { Host } from '../hosts/host.ts';
import { labName } from '../lab/definition.ts';
import type { Model } from '../model/model.ts';
import type { CliContext } from './context.ts';
import { openLabMachine } from './edge-hosts.ts';
import type { Place } from './place.ts';

interface GroundParts {
  readonly model: Model;
  readonly place: Place;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly causer: Causer;
  readonly order: LoadOrder;
}

/** A place made ready for drills. */
export interface OpenGround {
  readonly ground: DrillGround;
  /** Takes away what was put there for the drill. */
  close(): Promise<void>;
}

/** Makes a place ready: in a lab the web servers get something to download from. Throws what that throws. */
export async function openGround(context: CliContext, parts: GroundParts): Promise<OpenGround> {
  const { model, place } = parts;
  if (place.kind === 'real') {
    const near = await nearVips(model);
    const far = model.vips.map((vip) => vip.name).filter((vip) => !near.includes(vip));
    if (far.length > 0) {
      const text = `whom neighbours believe is not seen for ${far.join(', ')}: this computer is on another network`;
      context.emit({ code: 'note', level: 'info', data: { text } });
    }
    return { ground: realGround({ ...parts, near }), close: () => Promise.resolve() };
  }
  const lab = labName(model.name, place.suffix);
  const servers = model.webServers.map(({ name }) => openLabMachine(lab, name));
  const targets = { lab, hosts: servers };
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    await installLabTargets(targets);
  } catch (error) {
    // What was not put there can't be removed either; the first refusal says why.
    await removeLabTargets(targets).catch(onlyFaults);
    await close();
    throw error;
  }
  return {
    ground: labGround({ ...parts, lab }),
    close: async () => {
      const failed = await removeLabTargets(targets).then(() => undefined, onlyFaults);
      await close();
      if (failed === undefined) return;
      // It serves nobody but drills, and the next one takes it over.
      const text = `what the drill put on the web servers could not be removed: ${failed.message}`;
      context.emit({ code: 'warning', level: 'warning', data: { text } });
    },
  };
}

function onlyFaults(error: unknown): Fault {
  if (error instanceof Fault) return error;
  throw error;
}
