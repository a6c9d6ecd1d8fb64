import { Fault } from '../base/fault.ts';

/** Throws a Fault `not-root` when this process may not do what only root may. */
export function assertRoot(what: string): void {
  if (process.geteuid?.() === 0) return;
  throw new Fault({
    code: 'not-root',
    message: `only root can ${what}`,
    state: 'nothing was changed',
    next: 'run the same command with sudo',
  });
}
