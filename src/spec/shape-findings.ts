import type * as z from 'zod';
import type { Finding, Path } from './edge-document.ts';
import type { JsonSchema } from './json-schema.ts';
import { listed, nearest } from './nearest.ts';
import { allowedKeys, isRecord, schemaAt, valueAt } from './schema-at.ts';
import { textKinds } from './text-kinds.ts';
import type { TextKind, TextKindName } from './text-kinds.ts';
import { example, kindOf, show, wrongKindFix } from './show-value.ts';

type Issue = z.core.$ZodIssue;

/** A finding about a key: the path it should have. */
interface ShapeFinding extends Finding {
  readonly missing?: string;
  readonly meant?: string;
}

/** What was read, beside what the schema says about it. */
interface Written {
  readonly data: unknown;
  /** A scalar as it stands in the file. */
  readonly written: (path: Path) => string | undefined;
  /** What the file should be. */
  readonly schema: JsonSchema;
}

/** Turns what zod found into findings about keys and values, in the words of an edge file. */
export function shapeFindings(issues: readonly Issue[], file: Written): readonly Finding[] {
  const findings = issues.flatMap((issue) => explain(issue, [], file));
  // A needed key that was misspelled is not missing as well.
  const misspelled = new Set(findings.flatMap(({ meant }) => (meant === undefined ? [] : [meant])));
  return findings.filter(({ missing }) => missing === undefined || !misspelled.has(missing));
}

function explain(issue: Issue, above: Path, file: Written): readonly ShapeFinding[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, path, file);
    case 'invalid_union':
      return explainUnion(issue.errors, path, file);
    case 'custom':
      return badText(issue, path, file);
    case 'too_small':
    case 'too_big':
      return [outOfRange(path, file)];
    case 'invalid_value':
    case 'invalid_type':
    case 'invalid_format':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
      return [wrongValue(path, file)];
  }
}

/** The branch that was meant is the one whose kind fits; when none does, the value is of the wrong kind. */
function explainUnion(branches: readonly (readonly Issue[])[], path: Path, file: Written): readonly Finding[] {
  const meant = branches.find((issues) => issues.every((issue) => issue.path.length > 0 || !isWrongKind(issue)));
  if (meant === undefined) return [wrongValue(path, file)];
  return meant.flatMap((issue) => explain(issue, path, file));
}

function isWrongKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function unknownKeys(keys: readonly string[], path: Path, file: Written): readonly ShapeFinding[] {
  const value = valueAt(file.data, path);
  const allowed = allowedKeys(schemaAt(file.schema, file.data, path), value) ?? [];
  const present = new Set(isRecord(value) ? Object.keys(value) : []);
  const absent = allowed.filter((name) => !present.has(name));
  const where = path.length === 0 ? 'at the top of the file' : `in \`${path.join('.')}\``;
  return keys.map((key): ShapeFinding => {
    const meant = nearest(key, absent);
    return {
      code: 'EK201',
      path: [...path, key],
      part: 'key',
      ...(meant === undefined ? {} : { meant: [...path, meant].join(' ') }),
      message: `unknown key \`${key}\` ${where}`,
      fix:
        meant === undefined
          ? `the keys here are ${listed(allowed)}`
          : `write \`${meant}\`; the keys here are ${listed(allowed)}`,
    };
  });
}

function wrongValue(path: Path, file: Written): ShapeFinding {
  const schema = schemaAt(file.schema, file.data, path);
  const value = valueAt(file.data, path);
  if (value === undefined) return missing(path, schema);
  const at = { path, part: 'value' } as const;
  const name = nameOf(path);
  if (value === null) {
    return {
      ...at,
      code: 'EK213',
      message: `${name} is empty`,
      fix: `write ${expected(schema)}${example(schema)}, or leave the key out`,
    };
  }
  if (path[0] === 'version' && path.length === 1) return badVersion(value);
  if (schema?.enum !== undefined && typeof value === 'string') return notAllowed(path, value, schema.enum.map(String));
  if (Array.isArray(value) && value.length === 0) {
    return {
      ...at,
      code: 'EK203',
      message: `${name} is an empty list`,
      fix: `write ${expected(schema)}${example(schema)}`,
    };
  }
  return {
    ...at,
    code: 'EK203',
    message: `${name} is ${kindOf(value)}; expected ${expected(schema)}`,
    fix: wrongKindFix({ value, schema, written: file.written(path) }),
  };
}

function missing(path: Path, schema: JsonSchema | undefined): ShapeFinding {
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? 'the file' : `\`${parent.join('.')}\``;
  return {
    code: 'EK202',
    path: parent,
    part: 'key',
    missing: path.join(' '),
    message: `${where} has no \`${path.at(-1)}\`: ${lowerFirst(schema?.description ?? 'it has no default').replace(/\.$/, '')}`,
    fix: `add ${expected(schema)}${example(schema).replace(', for example `', `, for example \`${path.at(-1)}: `)}`,
  };
}

function badVersion(value: unknown): Finding {
  const quoted = value === '1';
  return {
    code: 'EK211',
    path: ['version'],
    part: 'value',
    message: quoted
      ? 'the version is text; it is the number 1'
      : `version ${show(value)} of the edge file is not known to this program`,
    fix: quoted ? 'write `version: 1`, without quotes' : 'write `version: 1`, or use the evenkeel that wrote this file',
  };
}

function notAllowed(path: Path, value: string, allowed: readonly string[]): Finding {
  const meant = nearest(value, allowed);
  const choices = `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`;
  return {
    code: 'EK204',
    path,
    part: 'value',
    message: `${nameOf(path)} is \`${value}\`; expected ${allowed.length === 1 ? allowed[0] : `one of ${listed(allowed)}`}`,
    fix: meant === undefined ? `write ${allowed.length === 1 ? allowed[0] : choices}` : `write \`${meant}\``,
  };
}

function outOfRange(path: Path, file: Written): Finding {
  const value = valueAt(file.data, path);
  const schema = schemaAt(file.schema, file.data, path);
  if (typeof value !== 'number') return wrongValue(path, file);
  return {
    code: 'EK206',
    path,
    part: 'value',
    message: `${nameOf(path)} is ${value}; expected ${expected(schema)}`,
    fix: `write ${expected(schema)}${example(schema)}`,
  };
}

function badText(issue: Issue, path: Path, file: Written): readonly Finding[] {
  const kindName: unknown = issue.code === 'custom' ? issue.params?.['kind'] : undefined;
  const text = valueAt(file.data, path);
  if (typeof kindName !== 'string' || !isKindName(kindName) || typeof text !== 'string')
    return [wrongValue(path, file)];
  const kind: TextKind = textKinds[kindName];
  return [
    {
      code: kind.code,
      path,
      part: 'value',
      message: `${nameOf(path)}: ${show(text)} is not ${kind.noun}`,
      fix: kind.suggest?.(text) ?? `write for example \`${kind.example}\``,
    },
  ];
}

function isKindName(text: string): text is TextKindName {
  return Object.hasOwn(textKinds, text);
}

/** The key a reader sees: for an item of a list, the list's key. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'number') return `entry ${last + 1} of ${nameOf(path.slice(0, -1))}`;
  return last === undefined ? 'the file' : `\`${last}\``;
}

function expected(schema: JsonSchema | undefined): string {
  return schema?.title ?? 'another kind of value';
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
