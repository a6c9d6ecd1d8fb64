import * as z from 'zod';
import { textKinds } from './text-kinds.ts';
import type { TextKind, TextKindName } from './text-kinds.ts';

/** What editors show for a key. `title` completes "expected ..." in diagnostics. */
interface Meta {
  readonly description: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** A text of one of the kinds of text-kinds.ts. */
export function text(kind: TextKindName, meta: Meta): z.ZodString {
  const { accepts, noun, example, pattern }: TextKind = textKinds[kind];
  return z
    .string()
    .refine(accepts, { params: { kind } })
    .meta({ title: noun, examples: [example], ...(pattern === undefined ? {} : { pattern }), ...meta });
}

/** A whole number within a range, both ends included. */
export function whole(minimum: number, maximum: number, meta: Meta): z.ZodInt {
  return z
    .int()
    .min(minimum)
    .max(maximum)
    .meta({ title: `a whole number from ${minimum} to ${maximum}`, ...meta });
}

/** `true` or `false`. */
export function flag(meta: Meta): z.ZodBoolean {
  return z.boolean().meta({ title: '`true` or `false`', examples: [true, false], ...meta });
}

/** One address or a list of them. */
export function addresses(meta: Meta): z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodString>]> {
  const address = text('address', { description: 'An IPv4 or IPv6 address.' });
  return z.union([address, z.array(address).min(1)]).meta({
    title: 'an IP address, or a list of one IPv4 and one IPv6 address',
    examples: ['192.168.10.11', ['192.168.10.11', 'fd00:10::11']],
    ...meta,
  });
}

/** A duration that may be left out. */
export function duration(description: string, byDefault: string): z.ZodExactOptional<z.ZodString> {
  return text('duration', { description, default: byDefault, examples: [byDefault] }).exactOptional();
}
