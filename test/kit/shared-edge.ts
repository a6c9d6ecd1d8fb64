import { ignoreEvents } from '../../src/base/event.ts';
import { forgetReturns } from '../../src/drill/forget-returns.ts';
import { labHeal } from '../../src/lab/cause-fault.ts';
import { labDown } from '../../src/lab/lab-down.ts';
import { labOfModel } from '../../src/lab/lab-of-model.ts';
import { labStatus } from '../../src/lab/lab-status.ts';
import { modelHosts } from '../../src/model/model.ts';
import { type EdgeLab, openEdgeLab, startEdgeLab } from './edge-lab.ts';
import { exampleFile, exampleModel } from './example-model.ts';
import { applyWithTargets, settledEdge } from './loaded-lab.ts';
import { sharedSuffix } from './shared-suffix.ts';

/** The running edge of devops.com that all tests of test/edge share: to start one for each would be a third of their time. */
export interface SharedEdge {
  readonly lab: EdgeLab;
  /** The edge's CA, as PEM. */
  readonly ca: string;
}

/** The words that point a command at the shared edge; `sharedFile` without `--lab`, for commands that need none. */
export const sharedFile = ['-f', exampleFile('devops.com'), '--suffix', sharedSuffix()] as const;
export const sharedFlags = ['--lab', ...sharedFile] as const;

/**
 * The shared edge, whole: no fault stands, what its file says is applied, drills' targets run, each VIP is at home. One that the
 * tests before left in a state from which it does not come back is replaced by a new one. `lab.leave` when done.
 */
export async function openSharedEdge(): Promise<SharedEdge> {
  const { name } = labOfModel(exampleModel(), { release: 'debian13', suffix: sharedSuffix() });
  if ((await labStatus(name))?.running === true) {
    const lab = openEdgeLab(exampleModel(), name);
    try {
      return await madeWhole(lab);
    } catch (error) {
      console.log(`the shared edge is made anew: ${error instanceof Error ? error.message : String(error)}`);
      await lab.leave();
    }
  }
  await labDown(name, ignoreEvents);
  return madeWhole(await startEdgeLab(exampleModel(), sharedSuffix()));
}

async function madeWhole(lab: EdgeLab): Promise<SharedEdge> {
  await labHeal(lab.name, ignoreEvents);
  const ca = await applyWithTargets(lab, sharedFlags);
  const hosts = modelHosts(exampleModel()).map(({ name }) => [name, lab.machine(name)] as const);
  await forgetReturns(exampleModel(), new Map(hosts));
  await settledEdge(lab);
  return { lab, ca };
}
