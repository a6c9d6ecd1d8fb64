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
