import type { HostFacts } from '../facts/host-facts.ts';
import type { Model, ModelHost } from '../model/model.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { releasePlatforms } from '../render/platform.ts';
import { concernOf } from './activation.ts';
import { fileChanges } from './file-changes.ts';
import { hostActions, isEnabled, isRunning, undoActions } from './host-actions.ts';
import type { TouchedFile } from './host-actions.ts';
import { programChanges } from './program-changes.ts';
import { hostRefusals, machineOf } from './host-refusals.ts';
import { neededPorts } from './needed-ports.ts';
import { worseClass } from './plan.ts';
import type { Action, Change, ChangeClass, Check, FileChange, HostPlan } from './plan.ts';
import { retirement, unretirement } from './retired-units.ts';
import { vrrpChange } from './vrrp-change.ts';
import type { VrrpChange } from './vrrp-change.ts';

/** One host's part of the input. */
export interface HostPlanInput {
  readonly model: Model;
  readonly desired: DesiredHost;
  readonly facts: HostFacts;
}

/** One host's part of the plan, and whether its VRRP change needs the peers at the same time. */
export function planHost(input: HostPlanInput): { readonly plan: HostPlan; readonly vrrpTogether: boolean } {
  const { model, desired, facts } = input;
  const files = fileChanges(desired.files, facts);
  const vrrp = vrrpOf(input, files);
  const touched = touchedFiles(files, input);
  const machine = machineOf(model, desired.host);
  const role = machine?.kind ?? 'web';
  const actions = hostActions({
    facts,
    units: desired.units,
    touched,
    restartClass: (unit) => restartClass(unit, role, input),
    vrrpClass: vrrp.class,
  });
  const by = (...verbs: readonly FileChange['verb'][]): readonly string[] =>
    files.filter((file) => verbs.includes(file.verb)).map((file) => file.path);
  const there = new Set(files.filter((file) => file.before !== undefined).map((file) => file.path));
  const undo = undoActions(actions, there);
  const changes = [
    ...softChanges(input),
    ...programChanges(desired.programs, facts),
    ...files,
    ...unitChanges(desired.units, facts),
  ];
  return {
    plan: {
      host: desired.host,
      role,
      since: (facts.manifest?.generation ?? '') === '' ? 'first' : 'before',
      class: changes.length === 0 ? 'hitless' : actions.map(classOf).reduce(worseClass, 'hitless'),
      changes,
      refusals: hostRefusals(model, desired, facts),
      install: missingPackages(input),
      checks: checksFor(touched),
      write: by('create', 'update'),
      remove: by('remove'),
      restore: by('restore'),
      retire: retirement(files),
      actions,
      expect: { units: desired.units, ports: machine === undefined ? [] : neededPorts(model, machine) },
      undo: { ...undo, after: [...undo.after, ...unretirement(files)] },
    },
    vrrpTogether: vrrp.together,
  };
}

function missingPackages(input: HostPlanInput): readonly string[] {
  return input.desired.packages.filter((name) => !input.facts.packages.has(name));
}

function softChanges(input: HostPlanInput): readonly Change[] {
  const unfinished = input.facts.manifest?.unfinished;
  return [
    ...missingPackages(input).map((name) => {
      return { kind: 'install-package', name, version: input.facts.candidates.get(name) } as const;
    }),
    ...(unfinished === undefined ? [] : [{ kind: 'finish-apply', generation: unfinished.generation } as const]),
  ];
}

function unitChanges(units: readonly string[], facts: HostFacts): readonly Change[] {
  return units.flatMap((unit): readonly Change[] => {
    const state = facts.units.get(unit);
    return [
      ...(isEnabled(state) ? [] : [{ kind: 'enable-unit', unit } as const]),
      ...(isRunning(state) ? [] : [{ kind: 'start-unit', unit, state: state?.activeState ?? 'unknown' } as const]),
    ];
  });
}

/** Changed files, and those of an apply that never ended: nobody knows whether their daemons were told. */
function touchedFiles(files: readonly FileChange[], input: HostPlanInput): readonly TouchedFile[] {
  const wanted = new Map(input.desired.files.map((file) => [file.path, file]));
  const touched = new Map<string, TouchedFile>();
  for (const file of input.facts.manifest?.unfinished?.files ?? []) {
    const desired = wanted.get(file.path);
    if (desired !== undefined) touched.set(file.path, { path: file.path, activates: desired.activates, gone: false });
  }
  for (const file of files) {
    touched.set(file.path, { path: file.path, activates: file.activates, gone: file.verb === 'remove' });
  }
  return [...touched.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function checksFor(touched: readonly TouchedFile[]): readonly Check[] {
  const checks = new Set(touched.map((file) => concernOf(file.activates).check));
  return (['nginx', 'keepalived', 'powerdns', 'nftables', 'systemd'] as const).filter((check) => checks.has(check));
}

function vrrpOf(input: HostPlanInput, files: readonly FileChange[]): VrrpChange {
  const path = files.find((file) => file.activates === 'keepalived' && file.verb === 'update')?.path;
  const before = path === undefined ? undefined : input.facts.files.get(path);
  const after = input.desired.files.find((file) => file.path === path);
  if (before?.kind !== 'file' || after === undefined) return { class: 'hitless', together: false };
  const version = releasePlatforms[input.desired.release].keepalived;
  return vrrpChange(new TextDecoder().decode(before.bytes), new TextDecoder().decode(after.bytes), version);
}

function restartClass(unit: string, role: ModelHost['kind'], input: HostPlanInput): ChangeClass {
  const { model } = input;
  if (unit === 'pdns.service') return model.nameservers.length > 1 ? 'peer-covers' : 'disruptive';
  if (role === 'balancer') return model.balancers.length > 1 ? 'moves-vip' : 'disruptive';
  return model.webServers.length > 1 ? 'peer-covers' : 'disruptive';
}

function classOf(action: Action): ChangeClass {
  return action.kind === 'reload' || action.kind === 'restart' ? action.class : 'hitless';
}
