import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Choice, repeatFaults } from '../drill/choose-faults.ts';
import type { DrillFault } from '../drill/drill-fault.ts';
import { drillMachine } from '../drill/drill-machine.ts';
import type { DrillEnd } from '../drill/drill-options.ts';
import { journaled, openJournal } from '../drill/journal.ts';
import { describeLoad, planLoad } from '../drill/plan-load.ts';
import { runDrill } from '../drill/run-drill.ts';
import type { DrillPromise } from '../drill/stream-promise.ts';
import type { Model } from '../model/model.ts';
import { proveFaults } from '../proof/prove.ts';
import { drillHtml } from '../report/drill-html.ts';
import { printDrillReport } from '../report/drill-table.ts';
import { type CliContext, exitCodes } from './context.ts';
import { drillConsent } from './drill-consent.ts';
import type { DrillFlags } from './drill-flags.ts';
import { assertEdgeReady } from './drill-ready.ts';
import { openGround } from './drill-grounds.ts';
import { drillPlaceOf } from './drill-place.ts';
import { type Edge, loadEdge } from './edge-file.ts';
import { keepDrill } from './edge-history.ts';
import { trustedRoot } from './edge-material.ts';
import { assertProfileAllowed, profiledEdge } from './edge-profile.ts';
import { knownFaults } from './fault-file.ts';
import { withHealedHosts } from './healed-hosts.ts';
import { explainFault } from './invocation.ts';
import { drillPlace, placeCauser } from './place-causer.ts';
import { styleFor } from './style.ts';

/** Holds a drill of the faults that `choose` picks, and reports it. Returns the exit code: 0 only when all was kept. */
export async function holdDrill(
  context: CliContext,
  flags: DrillFlags,
  choose: (known: readonly DrillFault[]) => Choice,
): Promise<number> {
  if (flags.real && (flags.lab || flags.suffix !== undefined)) {
    context.printError('error: --real means the real hosts; leave out --lab and --suffix');
    return exitCodes.usage;
  }
  const place = drillPlaceOf(flags);
  assertProfileAllowed(context, { profile: flags.profile, place });
  const edge = profiledEdge(await loadEdge(context, flags.file), flags.profile);
  const { model } = edge;
  const choice = choose(await knownFaults(context, model, flags.faults));
  if (!choice.ok) {
    for (const line of choice.error) context.printError(`error: ${line}`);
    return exitCodes.usage;
  }
  // Half an hour of drills must not end with a report that can't be written. What is wrong is said by runCommand.
  if (flags.html !== undefined) await access(dirname(resolve(context.cwd, flags.html)), constants.W_OK);
  const faults = repeatFaults(choice.value, flags.repeat);
  const promiseOf = promises(model);
  const consent = drillConsent(flags, { faults, promiseOf });
  if (!consent.ok) {
    for (const line of consent.error) context.printError(`error: ${line}`);
    return exitCodes.usage;
  }
  return withHealedHosts(context, { edge, place }, async ({ hosts }) => {
    const facts = await assertEdgeReady(context, edge, { place, hosts, profile: flags.profile });
    const journal = await openJournal(edge.stateDirectory, drillPlace(model, place));
    try {
      const order = planLoad(model, {
        target: place.kind === 'lab' ? 'drill-target' : 'site',
        ca: await trustedAuthorities(edge),
      });
      const causer = journaled(placeCauser(model, place, hosts), journal);
      const ground = await openGround(context, { model, place, hosts, causer, order });
      try {
        const end = await runDrill({
          model,
          faults,
          ground: ground.ground,
          load: describeLoad(order),
          machine: drillMachine(
            await ownVersion(),
            facts.map((host) => host.packages),
          ),
          promiseOf,
          mayCause: consent.value,
          now: context.now,
          emit: context.emit,
          signal: context.signal,
        });
        return await report(context, { edge, flags, end });
      } finally {
        await ground.close();
      }
    } finally {
      await journal.close();
    }
  });
}

/** What each fault is held against; the same fault is proved once. */
function promises(model: Model): (fault: DrillFault) => DrillPromise {
  const known = new Map<string, DrillPromise>();
  return (fault) => {
    const promise = known.get(fault.name) ?? promiseOfFault(model, fault);
    known.set(fault.name, promise);
    return promise;
  };
}

function promiseOfFault(model: Model, { expect }: DrillFault): DrillPromise {
  if (expect.kind === 'proof') return { kind: 'proof', outcome: proveFaults(model, expect.faults) };
  const { longestGapMs: ms } = expect;
  if (ms === null) return { kind: 'given', outage: { kind: 'until-repaired', why: 'it is expected to last' } };
  if (ms === 0) return { kind: 'given', outage: { kind: 'none' } };
  return { kind: 'given', outage: { kind: 'bounded', ms, terms: [{ what: 'expected', ms }] } };
}

/** Who may have signed the sites' certificates. A given certificate is one of a public CA, or can't be checked. */
async function trustedAuthorities(edge: Edge): Promise<string | undefined> {
  const kinds = new Set(edge.model.sites.map((site) => site.tls.kind));
  const root = kinds.has('internal') ? await trustedRoot(edge) : undefined;
  if (root === undefined || !kinds.has('files')) return root;
  return [root, ...rootCertificates].join('\n');
}

async function ownVersion(): Promise<string> {
  const { default: description } = await import('../../package.json', { with: { type: 'json' } });
  return description.version;
}

interface Ending {
  readonly edge: Edge;
  readonly flags: DrillFlags;
  readonly end: DrillEnd;
}

async function report(context: CliContext, { edge, flags, end }: Ending): Promise<number> {
  keepDrill(context, edge, end.report);
  context.print(flags.json ? JSON.stringify(end.report) : printDrillReport(end.report, styleFor(context)));
  if (end.failure !== undefined) context.printError(explainFault(end.failure.details, context.invocation));
  // Last: a full disk must not hide what happened.
  if (flags.html !== undefined) {
    await writeFile(resolve(context.cwd, flags.html), drillHtml(end.report));
    context.emit({ code: 'note', level: 'info', data: { text: `wrote ${flags.html}` } });
  }
  if (end.failure?.code === 'undo-failed') return exitCodes.undoFailed;
  return end.report.verdict === 'kept' && end.failure === undefined ? exitCodes.done : exitCodes.refused;
}
