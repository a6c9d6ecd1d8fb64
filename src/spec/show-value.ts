import { textKinds } from './text-kinds.ts';
import type { JsonSchema } from './json-schema.ts';
import { isRecord } from './schema-at.ts';

/** A value as a reader of the file knows it, on one line and cut when long. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty text' : `\`${cut(value)}\``;
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'a map' : String(value);
}

/** The kind of a value, with the value where it is short: "the number 5". */
export function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty text' : `the text ${show(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `\`${value}\``;
  if (value === null) return 'empty';
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** ", for example X" from the schema's first example; empty when it has none. */
export function example(schema: JsonSchema | undefined): string {
  const first = schema?.examples?.[0];
  return first === undefined ? '' : `, for example \`${flow(first)}\``;
}

/** What was written, beside what was expected there. */
interface WrongKind {
  readonly value: unknown;
  readonly schema: JsonSchema | undefined;
  /** As it stands in the file. */
  readonly written: string | undefined;
}

/** How to write what was probably meant. */
export function wrongKindFix({ value, schema, written }: WrongKind): string {
  const text = written ?? show(value);
  const wanted = kindsOf(schema);
  if (wanted.has('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    if (schema?.title === 'a duration') return `write the unit too: \`${text}s\` or \`${text}ms\``;
    if (schema?.title?.startsWith('a size') === true) return `write the unit too: \`${text}m\``;
    if (schema?.title?.startsWith('a share') === true)
      return textKinds.share.suggest(text) ?? 'write for example `99.9%`';
    return `put it in quotes: "${text}"`;
  }
  if (wanted.has('boolean') && typeof value === 'string') return booleanFix(value);
  if ((wanted.has('integer') || wanted.has('number')) && typeof value === 'string') return numberFix(value, schema);
  if (wanted.has('array') && (typeof value === 'string' || typeof value === 'number'))
    return `write a list: \`[${text}]\``;
  const [only, ...others]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (wanted.has('string') && others.length === 0 && (typeof only === 'string' || typeof only === 'number')) {
    return `write it without brackets: \`${only}\``;
  }
  return `write ${schema?.title ?? 'another kind of value'}${example(schema)}`;
}

function booleanFix(text: string): string {
  if (/^(yes|on|y|true)$/i.test(text)) return 'write `true`: in YAML 1.2 `yes` and `on` are text';
  if (/^(no|off|n|false)$/i.test(text)) return 'write `false`: in YAML 1.2 `no` and `off` are text';
  return 'write `true` or `false`';
}

function numberFix(text: string, schema: JsonSchema | undefined): string {
  if (/^\d+$/.test(text)) return `write ${text} without quotes`;
  const clock = /^(\d+):(\d\d)$/.exec(text);
  if (clock !== null) return `write ${Number(clock[1]) * 60 + Number(clock[2])}: a colon makes no number in YAML 1.2`;
  const seconds = /^(\d+)\s*s$/.exec(text);
  if (seconds !== null) return `write ${seconds[1]}: this number is in seconds`;
  return `write ${schema?.title ?? 'a number'}${example(schema)}`;
}

function kindsOf(schema: JsonSchema | undefined): ReadonlySet<string> {
  const branches = schema?.anyOf ?? (schema === undefined ? [] : [schema]);
  return new Set(branches.flatMap(({ type }) => (type === undefined ? [] : [type])));
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** Plain data in YAML's flow style, as it may be copied into the file. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (!isRecord(value)) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
