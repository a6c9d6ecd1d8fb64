import * as z from 'zod';
import { edgeSchema } from './edge-schema.ts';

/** A JSON Schema, as far as it is read here. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const jsonSchema: z.ZodType<JsonSchema> = z.looseObject({
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
  type: z.string().exactOptional(),
  get properties() {
    return z.record(z.string(), jsonSchema).exactOptional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), jsonSchema]).exactOptional();
  },
  get items() {
    return jsonSchema.exactOptional();
  },
  get anyOf() {
    return z.array(jsonSchema).exactOptional();
  },
  default: z.unknown().exactOptional(),
  examples: z.array(z.unknown()).exactOptional(),
  enum: z.array(z.unknown()).exactOptional(),
  minimum: z.number().exactOptional(),
  maximum: z.number().exactOptional(),
});

/** The JSON Schema (draft 7) of any shape. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return jsonSchema.parse(z.toJSONSchema(schema, { target: 'draft-7' }));
}

let cached: JsonSchema | undefined;

/** The JSON Schema of an edge file (draft 7, which editors know best), with a description for every key: editors complete and check with it. */
export function edgeJsonSchema(): JsonSchema {
  cached ??= {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...jsonSchemaOf(edgeSchema),
  };
  return cached;
}
