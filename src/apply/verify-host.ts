import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import { parseListeners } from '../facts/listeners.ts';
import { parseUnits, unitProperties } from '../facts/units.ts';
import type { Host } from '../hosts/host.ts';
import type { VerifyScope } from '../observe/verify-edge.ts';
import { isRunning } from '../plan/host-actions.ts';
import type { NeededPort } from '../plan/needed-ports.ts';
import type { ApplyContext, HostWork } from './apply-context.ts';
import { lastWords } from './run-action.ts';

/** What a host must show by itself: units that run, ports that are listened on. Empty when it does. */
export async function lookAtHost(host: Host, expect: HostWork['plan']['expect']): Promise<readonly string[]> {
  const [shown, sockets] = await Promise.all([
    host.run({ argv: ['systemctl', 'show', '-p', unitProperties, '--', ...expect.units] }),
    host.run({ argv: ['ss', '-Hlntup'] }),
  ]);
  const units = parseUnits(shown.stdout, expect.units);
  const listeners = parseListeners(sockets.stdout);
  const listens = (port: NeededPort): boolean =>
    listeners.some((one) => one.port === port.port && one.protocol === port.protocol);
  return [
    ...expect.units
      .filter((unit) => !isRunning(units.get(unit)))
      .map((unit) => `${unit} is ${units.get(unit)?.activeState ?? 'unknown'}`),
    ...expect.ports.filter((port) => !listens(port)).map((port) => `nobody listens on ${port.port}/${port.protocol}`),
  ];
}

/**
 * Looks until the host, and the edge through it, are as they must be, twice in a row: a daemon that dies right after its
 * start was there once. Throws `verify-failed` with what is still wrong when the time is over.
 */
export async function verifyHost(context: ApplyContext, work: HostWork, scope: VerifyScope): Promise<void> {
  const { host, plan } = work;
  const deadline = performance.now() + context.verifyMs;
  let good = 0;
  for (;;) {
    const own = await lookAtHost(host, plan.expect);
    const findings = own.length > 0 ? [] : await context.verifier.verify(scope);
    // A balancer that has returned often waits longer than we do, and its VIPs are served meanwhile.
    const late = performance.now() > deadline;
    const unsettled = findings.filter((one) => one.kind === 'problem' || (one.kind === 'pending' && !late));
    const problems = [...own, ...unsettled.map((one) => one.text)];
    good = problems.length === 0 ? good + 1 : 0;
    if (good === 2) {
      for (const note of findings) {
        context.emit({ code: 'warning', level: 'warning', data: { host: host.name, text: note.text } });
      }
      return;
    }
    if (late && problems.length > 0) throw await notRight(work, problems);
    await wait(good > 0 ? context.lookEveryMs / 2 : context.lookEveryMs);
  }
}

async function notRight(work: HostWork, problems: readonly string[]): Promise<Fault> {
  const { host, plan } = work;
  const silent = plan.expect.units.filter((unit) => problems.some((problem) => problem.startsWith(`${unit} is`)));
  const words = await Promise.all(silent.map((unit) => lastWords(host, unit)));
  return new Fault({
    code: 'verify-failed',
    message: `${host.name} is not right after the change: ${problems.join('; ')}`,
    host: host.name,
    said: words.filter((text) => text !== '').join('\n'),
  });
}
