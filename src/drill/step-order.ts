import type { LabService } from '../lab/lab-fault.ts';
import type { DrillStep } from './drill-fault.ts';

/**
 * The first step that those before it make impossible, as a sentence: a machine without power has no service to kill, a
 * service that is gone can't hang. Undefined when they can all be done one after the other.
 */
export function impossibleStep(steps: readonly DrillStep[]): string | undefined {
  const off = new Set<string>();
  const gone = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'service' && step.kind !== 'machine' && step.kind !== 'command') continue;
    if (off.has(step.host) && !(step.kind === 'machine' && step.does.startsWith('power'))) {
      return `${step.host} has no power by then`;
    }
    if (step.kind === 'machine') {
      if (step.does === 'power-off') off.add(step.host);
      if (step.does === 'power-on') off.delete(step.host);
    }
    if (step.kind !== 'service') continue;
    const service = `${step.service} of ${step.host}`;
    if (gone.has(service) && (step.does === 'kill' || step.does === 'hang')) return `${service} does not run by then`;
    if (step.does === 'kill' || step.does === 'stop') gone.add(service);
    if (step.does === 'start') gone.delete(service);
  }
  return undefined;
}

/** Something that runs: a service of a host, or the host itself. */
export interface Running {
  readonly host: string;
  /** Undefined: the host. */
  readonly service: LabService | undefined;
}

/**
 * What must run before the first of these steps: what they kill, hang, stop, turn off or unplug. Where it does not, the step would
 * change nothing, and what was measured then would be said of a fault that never was. Each once, in the order of the steps;
 * without hosts that an earlier step has started something on.
 */
export function mustRun(steps: readonly DrillStep[]): readonly Running[] {
  const found = new Map<string, Running>();
  const started = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'service' && step.kind !== 'machine') continue;
    const { host } = step;
    if (step.does === 'start' || step.does === 'power-on') started.add(host);
    const breaks = ['kill', 'hang', 'stop', 'power-off', 'link-down'].includes(step.does);
    if (!breaks || started.has(host)) continue;
    const service = step.kind === 'service' ? step.service : undefined;
    found.set(`${host} ${service ?? ''}`, { host, service });
  }
  return [...found.values()];
}
