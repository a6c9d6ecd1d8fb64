import type { Diagnostic, Position } from '../base/diagnostic.ts';
import { diagnosticCatalogue } from './diagnostic-catalogue.ts';
import type { DiagnosticCode } from './diagnostic-catalogue.ts';
import type { Spec } from './spec.ts';

/** Keys and list indexes from the top of the file down: `['vips', 'vip1', 'address', 0]`. */
export type Path = readonly (string | number)[];

/** Which part of a `key: value` a finding is about. */
export type Part = 'key' | 'value';

/** The text behind a spec: where its parts stand. */
export interface EdgeSource {
  readonly file: string;
  /** The position of a path; when it is not in the file, of its nearest parent that is. */
  readonly locate: (path: Path, part: Part) => Position;
  /** A line by its number from 1, without its line end. */
  readonly line: (number: number) => string;
}

/** An edge file that has the right shape. */
export interface EdgeDocument {
  readonly spec: Spec;
  readonly source: EdgeSource;
}

/** Something wrong, said by path. `diagnose` gives it its place. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly path: Path;
  readonly part: Part;
  readonly message: string;
  readonly fix: string;
}

/** What a diagnostic says, without where. */
export type Saying = Pick<Finding, 'code' | 'message' | 'fix'>;

/** A finding with its position, source line and severity. */
export function diagnose(source: EdgeSource, finding: Finding): Diagnostic {
  return diagnoseAt(source, source.locate(finding.path, finding.part), finding);
}

/** The diagnostic of something said about a position. */
export function diagnoseAt(source: Pick<EdgeSource, 'file' | 'line'>, position: Position, saying: Saying): Diagnostic {
  return {
    code: saying.code,
    severity: diagnosticCatalogue[saying.code].severity,
    file: source.file,
    position,
    source: source.line(position.line),
    message: saying.message,
    fix: saying.fix,
  };
}
