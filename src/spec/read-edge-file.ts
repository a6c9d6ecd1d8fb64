import { compareDiagnostics } from '../base/diagnostic.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { diagnose } from './edge-document.ts';
import type { EdgeDocument } from './edge-document.ts';
import { edgeSchema } from './edge-schema.ts';
import { readYaml } from './read-yaml.ts';
import { shapeFindings } from './shape-findings.ts';

/** An edge file as it was found: its name for diagnostics, and its text. */
export interface EdgeFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads an edge file: YAML, then its shape. All diagnostics at once, in the order of the file; what the words mean
 * together is judged by `resolveModel`.
 */
export function readEdgeFile({ file, text }: EdgeFile): Result<EdgeDocument, readonly Diagnostic[]> {
  const tree = readYaml(file, text);
  if (!tree.ok) return tree;
  const { source, data, diagnostics } = tree.value;
  const parsed = edgeSchema.safeParse(data);
  if (parsed.success && diagnostics.length === 0) return success({ spec: parsed.data, source });
  const findings = parsed.success ? [] : shapeFindings(parsed.error.issues, { data, written: source.written });
  return failure([...diagnostics, ...findings.map((found) => diagnose(source, found))].toSorted(compareDiagnostics));
}
