import type { Path } from './edge-document.ts';
import type { JsonSchema } from './json-schema.ts';

/** Whether the value is a map: an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of plain data; undefined when there is none. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** What the schema says about a path; where it offers a choice, the branch that fits what was written. */
export function schemaAt(schema: JsonSchema, data: unknown, path: Path): JsonSchema | undefined {
  let current: JsonSchema | undefined = schema;
  let value = data;
  for (const step of path) {
    current = child(branch(current, value), step);
    if (current === undefined) return undefined;
    value = valueAt(value, [step]);
  }
  return current;
}

/** The keys a map may have at this place; undefined when the keys are names. */
export function allowedKeys(schema: JsonSchema | undefined, value: unknown): readonly string[] | undefined {
  const properties = branch(schema, value)?.properties;
  return properties === undefined ? undefined : Object.keys(properties);
}

function branch(schema: JsonSchema | undefined, value: unknown): JsonSchema | undefined {
  if (schema?.anyOf === undefined) return schema;
  const wanted = Array.isArray(value) ? 'array' : isRecord(value) ? 'object' : typeof value;
  return schema.anyOf.find(({ type }) => type === wanted) ?? schema;
}

function child(schema: JsonSchema | undefined, step: string | number): JsonSchema | undefined {
  if (typeof step === 'number') return schema?.items;
  const known = schema?.properties;
  if (known !== undefined && Object.hasOwn(known, step)) return known[step];
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}
