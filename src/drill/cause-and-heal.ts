import { Fault } from '../base/fault.ts';
import type { Causer, Moment } from './causer.ts';
import type { DrillFault } from './drill-fault.ts';
import { pause } from './wait-until.ts';

/** How causing a fault ended. */
export type Caused =
  | { readonly kind: 'caused'; readonly moment: Moment }
  /** `failure`: what was begun could not be taken back. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[]; readonly failure: Fault | undefined };

/** Causes a fault. Half a fault is none: what could not be caused whole is healed at once. */
export async function causeFault(causer: Causer, fault: DrillFault): Promise<Caused> {
  try {
    return { kind: 'caused', moment: await causer.cause(fault) };
  } catch (error) {
    const healed = await healFault(causer, fault);
    if (!(error instanceof Fault)) throw error;
    const { message, said = '' } = error.details;
    const reason = `it could not be caused: ${message}${said === '' ? '' : ` (${said})`}`;
    const failure = healed instanceof Fault ? healed : undefined;
    return { kind: 'refused', reasons: [reason, ...(failure === undefined ? [] : [failure.message])], failure };
  }
}

/** Heals, and tries once more when that fails: the host may have been busy. Returns why it is not healed. */
export async function healFault(causer: Causer, fault: DrillFault): Promise<Moment | Fault> {
  const heal = (): Promise<Moment> => causer.heal(fault);
  try {
    return await heal().catch(async () => {
      await pause(1000);
      return heal();
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { host, command, said } = error.details;
    return new Fault(
      {
        code: 'undo-failed',
        message: `${fault.name} (${fault.title}) could not be healed: ${error.message}`,
        ...(host === undefined ? {} : { host }),
        ...(command === undefined ? {} : { command }),
        ...(said === undefined ? {} : { said }),
        state: 'the fault stands; it is written down',
        next: 'evenkeel drill heal',
      },
      error,
    );
  }
}
