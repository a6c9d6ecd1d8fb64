import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { edgeJsonSchema } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** A part of the schema and the keys that lead to it. */
interface Part {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every key of an edge file; `*` stands for a name, `[]` for an entry of a list. */
function keys({ path, schema }: Part): readonly Part[] {
  const inner: readonly Part[] = [
    ...Object.entries(schema.properties ?? {}).map(([key, child]): Part => ({ path: `${path}.${key}`, schema: child })),
    ...(typeof schema.additionalProperties === 'object'
      ? [{ path: `${path}.*`, schema: schema.additionalProperties }]
      : []),
  ];
  const choices = [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  return [
    ...inner,
    ...inner.flatMap(keys),
    ...choices.flatMap((choice) => keys({ path: `${path}[]`, schema: choice })),
  ];
}

function validator(schema: JsonSchema): z.ZodType {
  const plain: z.core.JSONSchema.JSONSchema = JSON.parse(JSON.stringify(schema));
  return z.fromJSONSchema(plain);
}

const parts = keys({ path: '', schema: edgeJsonSchema() });

describe('edgeJsonSchema', () => {
  it('covers every section of an edge file', () => {
    expect(Object.keys(edgeJsonSchema().properties ?? {})).toEqual([
      'version',
      'name',
      'failover',
      'failback',
      'allow',
      'networks',
      'ssh',
      'hosts',
      'vips',
      'pools',
      'sites',
      'zones',
      'clients',
      'alerts',
      'lab',
    ]);
    expect(parts.length).toBeGreaterThan(60);
  });

  it.each(parts.map(({ path, schema }) => [path, schema] as const))(
    '%s tells an editor what it is',
    (_path, schema) => {
      expect(schema.description).toMatch(/^[\S].*[.`]$/);
      expect(schema.title).toBeTruthy();
    },
  );

  it.each(
    parts.flatMap(({ path, schema }) => (schema.examples ?? []).map((example) => [path, example, schema] as const)),
  )('%s accepts its example %j', (_path, example, schema) => {
    expect(validator(schema).safeParse(example)).toMatchObject({ success: true });
  });

  it.each(
    parts.flatMap(({ path, schema }) =>
      schema.default === undefined ? [] : [[path, schema.default, schema] as const],
    ),
  )('%s accepts its default %j', (_path, byDefault, schema) => {
    const { default: _left, ...rest } = schema;
    expect(validator(rest).safeParse(byDefault)).toMatchObject({ success: true });
  });
});
