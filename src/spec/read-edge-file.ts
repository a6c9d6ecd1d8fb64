import { compareDiagnostics } from '../base/diagnostic.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { diagnose } from './edge-document.ts';
import type { EdgeDocument, EdgeSource } from './edge-document.ts';
import { edgeSchema } from './edge-schema.ts';
import { edgeJsonSchema } from './json-schema.ts';
import { sectionFindings } from './section-findings.ts';
import { readYaml } from './read-yaml.ts';
import { shapeFindings } from './shape-findings.ts';
import { soundParts } from './sound-parts.ts';
import type { SoundParts } from './sound-parts.ts';

/** An edge file as it was found: its name for diagnostics, and its text. */
export interface EdgeFile {
  readonly file: string;
  readonly text: string;
}

/** An edge file of the wrong shape: what is wrong, and what can still be judged. */
export interface UnsoundFile {
  readonly diagnostics: readonly Diagnostic[];
  readonly source: EdgeSource;
  /** As it was written, for rules that look at values of the parts left out. */
  readonly data: unknown;
  readonly sound: SoundParts | undefined;
}

/** What reading an edge file gave. */
export type EdgeReading =
  | { readonly kind: 'sound'; readonly document: EdgeDocument }
  | { readonly kind: 'unsound'; readonly file: UnsoundFile }
  | { readonly kind: 'unreadable'; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads an edge file: YAML, then its shape. All diagnostics of these at once, in the order of the file; what the words
 * mean together is judged by `resolveModel`.
 */
export function readEdgeFile(file: EdgeFile): Result<EdgeDocument, readonly Diagnostic[]> {
  const reading = readEdge(file);
  switch (reading.kind) {
    case 'sound':
      return success(reading.document);
    case 'unsound':
      return failure(reading.file.diagnostics);
    case 'unreadable':
      return failure(reading.diagnostics);
  }
}

/** Reads an edge file; of one with the wrong shape it keeps the sound parts, so that these can be judged too. */
export function readEdge({ file, text }: EdgeFile): EdgeReading {
  const tree = readYaml(file, text);
  if (!tree.ok) return { kind: 'unreadable', diagnostics: tree.error };
  const { source, data, diagnostics, spoiled } = tree.value;
  const parsed = edgeSchema.safeParse(data);
  const names = sectionFindings(data);
  if (parsed.success && names.length === 0 && diagnostics.length === 0) {
    return { kind: 'sound', document: { spec: parsed.data, source } };
  }
  const shape = parsed.success
    ? []
    : shapeFindings(parsed.error.issues, { data, written: source.written, schema: edgeJsonSchema() });
  // What YAML said about a spot explains what its shape lacks.
  const explained = new Set(diagnostics.map(({ position }) => `${position.line} ${position.column}`));
  const found = [...names, ...shape]
    .map((finding) => diagnose(source, finding))
    .filter(({ position }) => !explained.has(`${position.line} ${position.column}`));
  const sound = parsed.success ? { spec: parsed.data, leftOut: [] } : soundParts(data);
  return {
    kind: 'unsound',
    file: {
      diagnostics: [...diagnostics, ...found].toSorted(compareDiagnostics),
      source,
      data,
      sound: sound === undefined ? undefined : { spec: sound.spec, leftOut: [...sound.leftOut, ...spoiled] },
    },
  };
}
