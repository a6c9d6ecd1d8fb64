import type { HostFacts, UnitFacts } from '../facts/host-facts.ts';
import { agentUnit } from '../model/agent-paths.ts';
import { firewallUnit, handoverUnit } from '../model/own-tables.ts';
import type { Activation } from '../render/desired-file.ts';
import { concernOf } from './activation.ts';
import type { Action, ChangeClass } from './plan.ts';

/** A file whose change has to be made true, changed or taken away. */
export interface TouchedFile {
  readonly path: string;
  readonly activates: Activation;
  /** It is no longer there afterwards. */
  readonly gone: boolean;
}

/** What the actions of one host depend on. */
export interface ActionInput {
  readonly facts: HostFacts;
  /** Units with their suffix, in the order they start. */
  readonly units: readonly string[];
  readonly touched: readonly TouchedFile[];
  /** What a restart of this unit on this host costs. */
  readonly restartClass: (unit: string) => ChangeClass;
  /** What reloading keepalived with its new configuration costs. */
  readonly vrrpClass: ChangeClass;
}

/**
 * Everything that has to be told to somebody once the files are in place, in order.
 *
 * | unit          | drop-in changed | configuration changed             | otherwise |
 * |---------------|-----------------|-----------------------------------|-----------|
 * | not running   | start           | start                             | start     |
 * | firewall      | daemon-reload   | reload (one transaction)          | -         |
 * | handover      | reload          | reload (what moved here stays)    | -         |
 * | agent         | restart         | restart (what it wrote stays)     | -         |
 * | pdns          | restart         | restart (it has no full reload)   | -         |
 * | nginx         | restart         | reload; restart if not ours yet   | -         |
 * | keepalived    | restart         | reload; restart if not ours yet   | -         |
 *
 * A drop-in needs a restart: limits and sandboxing of a running process do not change (systemd.exec(5)). A daemon
 * that runs somebody else's configuration is restarted: nginx can't change between wildcard and single addresses by
 * a reload (bind: address already in use).
 */
export function hostActions(input: ActionInput): readonly Action[] {
  const { facts, units, touched } = input;
  const paths = (activation: Activation): readonly string[] =>
    touched.filter((file) => file.activates === activation && !file.gone).map((file) => file.path);
  const dropIns = touched.some((file) => concernOf(file.activates).touches === 'drop-in');
  const disabled = units.filter((unit) => !isEnabled(facts.units.get(unit)));
  const tmpfiles = paths('tmpfiles');
  const sysctl = paths('sysctl');
  return [
    ...(dropIns ? [{ kind: 'daemon-reload' } as const] : []),
    ...(tmpfiles.length > 0 ? [{ kind: 'tmpfiles', paths: tmpfiles } as const] : []),
    ...(sysctl.length > 0 ? [{ kind: 'sysctl', paths: sysctl } as const] : []),
    ...(disabled.length > 0 ? [{ kind: 'enable', units: disabled } as const] : []),
    ...units.flatMap((unit) => unitActions(unit, facts.units.get(unit), input)),
    ...touched.filter((file) => file.activates === 'zone').map(zoneAction),
  ];
}

/** A zone file is called ZONE.zone. */
function zoneAction({ path, gone }: TouchedFile): Action {
  const zone = path.slice(path.lastIndexOf('/') + 1).replace(/\.zone$/, '');
  return gone ? { kind: 'drop-zone', zone, path } : { kind: 'load-zone', zone, path };
}

function unitActions(unit: string, state: UnitFacts | undefined, input: ActionInput): readonly Action[] {
  if (!isRunning(state)) return [{ kind: 'start', unit }];
  const touches = new Set(
    input.touched
      .map((file) => concernOf(file.activates))
      .filter((concern) => concern.unit === unit)
      .map((concern) => concern.touches),
  );
  if (unit === firewallUnit) {
    const why = 'the rules are replaced in one transaction';
    return touches.has('configuration') ? [{ kind: 'reload', unit, class: 'hitless', why }] : [];
  }
  if (unit === handoverUnit) {
    // It runs no process that would keep old settings.
    const why = 'rules and addresses are replaced, and connections that moved here go on';
    return touches.size > 0 ? [{ kind: 'reload', unit, class: 'hitless', why }] : [];
  }
  if (unit === agentUnit) {
    const why = 'it reads its program and configuration once; VIPs stay where they are';
    return touches.size > 0 ? [{ kind: 'restart', unit, class: 'hitless', why }] : [];
  }
  const why = restartReason(unit, touches, input.facts);
  if (why !== undefined) return [{ kind: 'restart', unit, class: input.restartClass(unit), why }];
  if (!touches.has('configuration')) return [];
  const cost = unit === 'keepalived.service' ? input.vrrpClass : 'hitless';
  return [{ kind: 'reload', unit, class: cost, why: 'its configuration changed' }];
}

function restartReason(unit: string, touches: ReadonlySet<string>, facts: HostFacts): string | undefined {
  if (touches.has('drop-in')) return 'limits and sandboxing of a running process change only by a restart';
  if (!touches.has('configuration')) return undefined;
  if (unit === 'pdns.service') return 'PowerDNS reads its configuration only at its start';
  if (facts.manifest === undefined || facts.manifest.generation === '') {
    return 'it runs a configuration evenkeel did not write, and its sockets may differ';
  }
  return undefined;
}

/** Whether a unit starts with the machine. A unit that can't be enabled (`static`, `generated`) counts as enabled. */
export function isEnabled(unit: UnitFacts | undefined): boolean {
  return ['enabled', 'static', 'indirect', 'generated', 'alias', 'linked'].includes(unit?.unitFileState ?? '');
}

/** Whether a unit runs. */
export function isRunning(unit: UnitFacts | undefined): boolean {
  return unit?.activeState === 'active' || unit?.activeState === 'reloading';
}

/** What has to be undone: before the old files are in place again (their units go with them), and after. */
export interface Undo {
  readonly before: readonly Action[];
  readonly after: readonly Action[];
}

/**
 * The way back. What was started is stopped and what was enabled disabled, last first; then, with the old files, what
 * was reloaded or restarted is told once more, and zones are loaded from their old files. `restored` are the paths
 * that have an old file.
 */
export function undoActions(actions: readonly Action[], restored: ReadonlySet<string>): Undo {
  const started = new Set(actions.flatMap((action) => (action.kind === 'start' ? [action.unit] : [])));
  return {
    before: actions.toReversed().flatMap((action): readonly Action[] => {
      if (action.kind === 'start') return [{ kind: 'stop', unit: action.unit }];
      return action.kind === 'enable' ? [{ kind: 'disable', units: action.units.toReversed() }] : [];
    }),
    after: actions
      .flatMap((action) => againWithOldFiles(action, restored))
      .filter((action) => action.kind !== 'drop-zone' || !started.has('pdns.service')),
  };
}

function againWithOldFiles(action: Action, restored: ReadonlySet<string>): readonly Action[] {
  switch (action.kind) {
    case 'daemon-reload':
    case 'reload':
    case 'restart':
      return [action];
    case 'tmpfiles':
    case 'sysctl': {
      const paths = action.paths.filter((path) => restored.has(path));
      return paths.length === 0 ? [] : [{ ...action, paths }];
    }
    case 'load-zone':
      return [restored.has(action.path) ? action : { ...action, kind: 'drop-zone' }];
    case 'drop-zone':
      return restored.has(action.path) ? [{ ...action, kind: 'load-zone' }] : [];
    case 'enable':
    case 'start':
    case 'disable':
    case 'stop':
      return [];
    default:
      return action satisfies never;
  }
}
