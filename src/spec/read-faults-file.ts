import { compareDiagnostics, type Diagnostic } from '../base/diagnostic.ts';
import { parseDuration } from '../base/duration.ts';
import { failure, type Result, success } from '../base/result.ts';
import { diagnose, type Finding, type Path } from './edge-document.ts';
import { opposite, readStep } from './fault-steps.ts';
import { faultSchema, faultsSchema, type WrittenFault, type WrittenStep } from './faults-schema.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { listed, nearest } from './nearest.ts';
import type { EdgeFile } from './read-edge-file.ts';
import { readYaml } from './read-yaml.ts';
import { valueAt } from './schema-at.ts';
import { shapeFindings } from './shape-findings.ts';
import type { StoredStep } from './stored-fault.ts';

/** A fault that a person wrote. */
export interface FaultSpec {
  readonly name: string;
  readonly title: string;
  readonly cause: readonly [StoredStep, ...StoredStep[]];
  readonly heal: readonly [StoredStep, ...StoredStep[]];
  /** `gap`: milliseconds, null until repaired. `as`: names of faults of the model. */
  readonly expect:
    | { readonly kind: 'gap'; readonly ms: number | null }
    | { readonly kind: 'as'; readonly faults: readonly [string, ...string[]] };
}

/** What a file of faults may speak of. */
export interface FaultsWorld {
  readonly hosts: readonly { readonly name: string; readonly role: 'balancer' | 'nameserver' | 'web' }[];
  readonly networks: readonly string[];
  /** Names of the faults of the model. */
  readonly modelFaults: readonly string[];
}

const servicesOf: Readonly<Record<FaultsWorld['hosts'][number]['role'], readonly string[]>> = {
  balancer: ['nginx', 'keepalived', 'agent', 'sshd'],
  nameserver: ['pdns', 'agent', 'sshd'],
  web: ['nginx', 'sshd'],
};

/** Reads a file of faults: YAML, its shape, and what it speaks of. All diagnostics at once, in the order of the file. */
export function readFaultsFile(
  { file, text }: EdgeFile,
  world: FaultsWorld,
): Result<readonly FaultSpec[], readonly Diagnostic[]> {
  const tree = readYaml(file, text);
  if (!tree.ok) return failure(tree.error);
  const { source, data, diagnostics } = tree.value;
  const parsed = faultsSchema.safeParse(data);
  const shape = parsed.success
    ? []
    : shapeFindings(parsed.error.issues, { data, written: source.written, schema: jsonSchemaOf(faultsSchema) });
  const list: unknown = valueAt(data, ['faults']);
  // Faults of the wrong shape do not hide what is wrong with the others.
  const sound = (Array.isArray(list) ? list : []).map((item: unknown) => faultSchema.safeParse(item).data);
  const read = sound.map((fault, index) =>
    fault === undefined ? undefined : readFault(fault, ['faults', index], world),
  );
  const findings = [...shape, ...read.flatMap((fault) => fault?.findings ?? []), ...twice(sound)];
  const found = [...diagnostics, ...findings.map((finding) => diagnose(source, finding))];
  if (found.length > 0) return failure(found.toSorted(compareDiagnostics));
  return success(read.flatMap((fault) => (fault?.spec === undefined ? [] : [fault.spec])));
}

interface FaultReading {
  readonly spec: FaultSpec | undefined;
  readonly findings: readonly Finding[];
}

function readFault(fault: WrittenFault, path: Path, world: FaultsWorld): FaultReading {
  const causes = readSteps(fault.cause, [...path, 'cause'], world);
  const heals = readSteps(fault.heal, [...path, 'heal'], world);
  const expected = readExpectation(fault.expect, [...path, 'expect'], world);
  const findings = [...causes.findings, ...heals.findings, ...unhealed(fault, path), ...expected.findings];
  const [cause, ...causesAfter] = causes.steps;
  const [heal, ...healsAfter] = heals.steps;
  if (cause === undefined || heal === undefined || expected.expect === undefined) return { spec: undefined, findings };
  const { name, title } = fault;
  const { expect } = expected;
  return { spec: { name, title, cause: [cause, ...causesAfter], heal: [heal, ...healsAfter], expect }, findings };
}

function readSteps(
  steps: readonly WrittenStep[],
  path: Path,
  world: FaultsWorld,
): { readonly steps: readonly StoredStep[]; readonly findings: readonly Finding[] } {
  const read = steps.map((step, index) => ({ step, at: [...path, index], made: readStep(step) }));
  return {
    steps: read.flatMap(({ made }) => (made.ok ? [made.value] : [])),
    findings: read.flatMap(({ step, at, made }): readonly Finding[] => {
      const strange = strangeNames(step, at, world);
      if (made.ok) return strange;
      const { key, message, fix } = made.error;
      return [{ code: 'EK701', path: key === undefined ? at : [...at, key], part: 'value', message, fix }, ...strange];
    }),
  };
}

function strangeNames(step: WrittenStep, path: Path, world: FaultsWorld): readonly Finding[] {
  const hosts = world.hosts.map((host) => host.name);
  const unknown = (key: 'host' | 'from' | 'to' | 'network', known: readonly string[]): readonly Finding[] => {
    const name = step[key];
    if (name === undefined || known.includes(name)) return [];
    return [unknownName({ path: [...path, key], name, noun: key === 'network' ? 'network' : 'host', known })];
  };
  const role = world.hosts.find((host) => host.name === step.host)?.role;
  const { service } = step;
  const runs = role === undefined || service === undefined || servicesOf[role].includes(service);
  return [
    ...unknown('host', hosts),
    ...unknown('from', hosts),
    ...unknown('to', hosts),
    ...unknown('network', world.networks),
    ...(runs
      ? []
      : [
          {
            code: 'EK702',
            path: [...path, 'service'],
            part: 'value',
            message: `\`${step.host}\` is a ${role === 'web' ? 'web server' : role} and runs no ${service}`,
            fix: `write one of ${listed(servicesOf[role])}, or another host`,
          } as const,
        ]),
  ];
}

/** Each step that breaks something needs its opposite, unless a command heals: what commands mend only their author knows. */
function unhealed({ cause, heal }: WrittenFault, path: Path): readonly Finding[] {
  if (heal.some((step) => step.command !== undefined)) return [];
  return cause.flatMap((step, index): readonly Finding[] => {
    const wanted = opposite(step);
    const missing =
      step.command !== undefined
        ? 'a command'
        : wanted !== undefined && !heal.some((candidate) => same(candidate, wanted))
          ? `\`${shown(wanted)}\``
          : undefined;
    if (missing === undefined) return [];
    return [
      {
        code: 'EK703',
        path: [...path, 'cause', index],
        part: 'value',
        message: `nothing in \`heal\` takes \`${shown(step)}\` back`,
        fix: `add ${missing} to \`heal\``,
      },
    ];
  });
}

function same(a: WrittenStep, b: WrittenStep): boolean {
  return shown(a) === shown(b);
}

function shown(step: WrittenStep): string {
  const { direction = 'two-way' } = step;
  const whole: WrittenStep = step.from === undefined ? step : { ...step, direction };
  const keys = ['host', 'service', 'from', 'to', 'direction', 'network', 'command', 'does'] as const;
  const parts = keys.flatMap((key) => {
    const value = whole[key];
    return value === undefined ? [] : [`${key}: ${typeof value === 'string' ? value : `[${value.join(', ')}]`}`];
  });
  return `{ ${parts.join(', ')} }`;
}

function readExpectation(
  { gap, as }: WrittenFault['expect'],
  path: Path,
  world: FaultsWorld,
): { readonly expect: FaultSpec['expect'] | undefined; readonly findings: readonly Finding[] } {
  const [first, ...others] = as ?? [];
  if ((gap === undefined) === (first === undefined)) {
    const message = gap === undefined ? '`expect` says nothing' : '`expect` says both `gap` and `as`';
    const fix = 'write `gap: 500ms`, `gap: none`, `gap: until-repaired` or `as: [nginx-dead:lb1]`';
    return { expect: undefined, findings: [{ code: 'EK701', path, part: 'key', message, fix }] };
  }
  if (first === undefined) {
    const ms = gap === 'until-repaired' ? null : gap === 'none' ? 0 : (parseDuration(gap ?? '') ?? 0);
    return { expect: { kind: 'gap', ms }, findings: [] };
  }
  const findings = [first, ...others].flatMap((name, index) =>
    world.modelFaults.includes(name)
      ? []
      : [unknownName({ path: [...path, 'as', index], name, noun: 'fault', known: world.modelFaults })],
  );
  return { expect: { kind: 'as', faults: [first, ...others] }, findings };
}

function unknownName(what: {
  readonly path: Path;
  readonly name: string;
  readonly noun: string;
  readonly known: readonly string[];
}): Finding {
  const { path, name, noun, known } = what;
  const meant = nearest(name, known);
  // A model has dozens of faults.
  const few = known.length > 8 ? 'see `evenkeel drill list`' : `there are ${listed(known)}`;
  return {
    code: 'EK301',
    path,
    part: 'value',
    message: `there is no ${noun} \`${name}\``,
    fix: meant === undefined ? few : `write \`${meant}\`; ${few}`,
  };
}

function twice(faults: readonly (WrittenFault | undefined)[]): readonly Finding[] {
  const seen = new Set<string>();
  return faults.flatMap((fault, index): readonly Finding[] => {
    if (fault === undefined) return [];
    const { name } = fault;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `a fault named \`${name}\` stands above`;
    return [{ code: 'EK307', path: ['faults', index, 'name'], part: 'value', message, fix: 'choose another name' }];
  });
}
