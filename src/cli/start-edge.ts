import { ignoreEvents } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { labName } from '../lab/definition.ts';
import { labDown, removeLabLock } from '../lab/lab-down.ts';
import { clientMachine, labOfModel } from '../lab/lab-of-model.ts';
import { labStatus } from '../lab/lab-status.ts';
import { labUp } from '../lab/lab-up.ts';
import { installPackages } from '../lab/packages.ts';
import { assertRoot } from '../lab/root.ts';
import type { EdgeStatus } from '../report/edge-status.ts';
import { printStatus } from '../report/status-print.ts';
import { applyEdge } from './apply-edge.ts';
import { pause } from '../hosts/pause.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { type Edge, loadEdge } from './edge-file.ts';
import type { EdgeHosts } from './edge-hosts.ts';
import type { Place } from './place.ts';
import { withHealedHosts } from './healed-hosts.ts';
import { completeCommands } from './invocation.ts';
import { lookAtEdge } from './look-at-edge.ts';
import { type Dashboard, type DashboardRequest, startDashboard } from './start-dashboard.ts';
import { takeStartLock } from './start-lock.ts';
import type { StartFlags } from './start.ts';
import { styleFor } from './style.ts';

/** Where the dashboard listens; another port when it is taken: this is how a stranger begins. */
const usualListen = { address: '127.0.0.1', port: 7780 } as const;
/** Between two looks whether the lab is still there. Milliseconds. */
const lookoutMs = 2_000;
/** How long the edge may take to become healthy after apply: preempt delays and first health checks. */
const settleMs = 60_000;

/** Brings the edge up in the lab, shows it until Ctrl-C, and takes the lab away again; with `keep` it stays. */
export async function startEdge(context: CliContext, flags: StartFlags): Promise<number> {
  const edge = await loadEdge(context, flags.file);
  const suffix = flags.suffix ?? '';
  const name = labName(edge.model.name, suffix);
  assertRoot('start machines on this computer');
  const lock = await takeStartLock(name, context.emit);
  // Only what this start brought up, or took over as it ran, is taken away at the end: not a lab it was refused.
  let end: 'leave' | 'take-away' = 'leave';
  context.signal.addEventListener('abort', () => {
    const text = 'stopping: what is under way ends or is undone first, then everything is taken away';
    context.emit({ code: 'note', level: 'info', data: { text } });
  });
  try {
    await installPackages(context.emit, context.signal);
    await labUp(labOfModel(edge.model, { release: flags.release, suffix }), context.emit, context.signal);
    end = 'take-away';
    const place: Place = { kind: 'lab', suffix };
    return await withHealedHosts(context, { edge, place }, async (edgeHosts) => {
      const applied = await applyEdge(context, edge, { edgeHosts, place, consent: 'given', show: 'nothing' });
      if (applied !== exitCodes.done) return applied;
      await untilHealthy(context, edge, edgeHosts);
      if (flags.keep) {
        end = 'leave';
        context.print(howTo(context, edge, flags));
        return exitCodes.done;
      }
      return showLive(context, { edge, edgeHosts, suffix, help: howTo(context, edge, flags) });
    });
  } catch (error) {
    // Ctrl-C is how this command ends, at whatever point it comes; what could not be taken away is told all the same.
    if (context.signal.aborted && error instanceof Fault && error.code === 'interrupted') return exitCodes.done;
    throw error;
  } finally {
    if (end === 'take-away') await labDown(name, context.emit);
    await removeLabLock(lock);
  }
}

async function untilHealthy(context: CliContext, edge: Edge, edgeHosts: EdgeHosts): Promise<void> {
  const began = context.now().getTime();
  const quiet = { ...context, emit: ignoreEvents };
  for (;;) {
    const status = await lookAtEdge(quiet, edge.model, edgeHosts);
    if (status.healthy || context.signal.aborted) return;
    if (context.now().getTime() - began > settleMs) {
      throw new Fault({
        code: 'unhealthy',
        message: 'the edge was applied but did not become healthy',
        said: status.problems.map((problem) => `${problem.subject}: ${problem.message}`).join('\n'),
        next: 'start again with --keep and look around with evenkeel lab ssh',
      });
    }
    await pause(500, context.signal);
  }
}

interface Live {
  readonly edge: Edge;
  readonly edgeHosts: EdgeHosts;
  readonly suffix: string;
  readonly help: string;
}

/** Serves the dashboard, and shows here what each of its looks found; until Ctrl-C, or until the lab is gone. */
async function showLive(context: CliContext, { edge, edgeHosts, suffix, help }: Live): Promise<number> {
  const lab = labName(edge.model.name, suffix);
  const gone = new AbortController();
  const watched: CliContext = { ...context, signal: AbortSignal.any([context.signal, gone.signal]) };
  let shown = '';
  let page = '';
  const onLook = (status: EdgeStatus): void => {
    const text = completeCommands(printStatus(status, styleFor(context)), context.invocation);
    const words = `${page}${help}`;
    // Elsewhere than on a terminal only what changed is worth a new picture.
    const problems = JSON.stringify([status.problems, status.vips.map((vip) => vip.holders)]);
    if (context.terminal) context.redraw(text, words);
    else if (problems !== shown) context.print(`${text}\n${words}`);
    shown = problems;
  };
  const place: Place = { kind: 'lab', suffix };
  const dashboard = await openDashboard(watched, {
    edge,
    place,
    edgeHosts,
    listen: usualListen,
    alerts: 'keep-silent',
    onLook,
  });
  page = `In a browser:\n  ${dashboard.url}\n`;
  const lookout = (async () => {
    while (!watched.signal.aborted) {
      if ((await labStatus(lab)) === undefined) gone.abort();
      await pause(lookoutMs, watched.signal);
    }
  })();
  await Promise.all([dashboard.ended, lookout]);
  if (context.signal.aborted) return exitCodes.done;
  context.printError(`the lab ${lab} was taken away by someone else`);
  return exitCodes.refused;
}

async function openDashboard(context: CliContext, request: DashboardRequest): Promise<Dashboard> {
  return startDashboard(context, request).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'port-taken') throw error;
    return startDashboard(context, { ...request, listen: { ...request.listen, port: 0 } });
  });
}

/** The commands to look at the edge, break it and stop it, each as it can be typed. */
function howTo(context: CliContext, edge: Edge, flags: StartFlags): string {
  const site = edge.model.sites[0]?.names[0] ?? 'SITE';
  const balancer = edge.model.balancers[0]?.name ?? 'HOST';
  const lines = [
    ['look', `evenkeel trace --lab https://${site}/`],
    ['', `evenkeel lab exec ${clientMachine(edge.model)} -- curl -sk https://${site}/`],
    ['', `evenkeel lab ssh ${balancer}`],
    ['break', `evenkeel lab fault stop ${balancer} nginx`],
    ['', `evenkeel lab fault power-off ${balancer}`],
    ['heal', 'evenkeel lab fault heal'],
    ['stop', flags.keep ? 'evenkeel lab down' : 'Ctrl-C; nothing is left behind'],
  ];
  const text = lines.map(([what = '', how = '']) => `  ${what.padEnd(6)} ${how}`).join('\n');
  return completeCommands(`In another terminal:\n${text}\n`, context.invocation);
}
