import { isScalar, parseAllDocuments } from 'yaml';
import type { Node, YAMLError } from 'yaml';
import { compareDiagnostics } from '../base/diagnostic.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { diagnoseAt } from './edge-document.ts';
import type { Path } from './edge-document.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import { sizeLimit, tooLarge } from './file-size.ts';
import { SourceText } from './source-text.ts';
import { yamlContent } from './yaml-content.ts';
import type { TextFinding } from './yaml-content.ts';
import { YamlSource } from './yaml-source.ts';

/** Brackets that may be open at once. Ten times what an edge file needs: brackets in texts and comments count too. */
const maxOpenBrackets = 100;

/** Text as data, with what YAML allows and an edge file does not. */
export interface YamlTree {
  readonly source: YamlSource;
  readonly data: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /** Parts that lost something: a key that stands twice, a key that is no text. */
  readonly spoiled: readonly Path[];
}

/** Reads one YAML document. Fails when the text is no YAML at all; otherwise says what must not stand in it. */
export function readYaml(file: string, text: string): Result<YamlTree, readonly Diagnostic[]> {
  if (text.length > sizeLimit) return failure([tooLarge(file, text.length)]);
  const source = new SourceText(file, text);
  const say = (finding: TextFinding): Diagnostic =>
    diagnoseAt(source, source.position(finding.start, finding.end), finding);

  const parsed = parse(source);
  if (parsed.kind === 'refused') return failure([say(parsed.finding)]);
  if (parsed.findings.length > 0) return failure(parsed.findings.map(say).toSorted(compareDiagnostics));
  const content = yamlContent(parsed.root);
  const diagnostics = content.findings.map(say);
  if (content.findings.some(({ code }) => code === 'EK106' || code === 'EK112')) return failure(diagnostics);
  const spoiled = content.findings.flatMap((finding) => (finding.spoiled === undefined ? [] : [finding.spoiled]));
  return success({
    source: new YamlSource(source, parsed.root, content.anchors),
    data: content.data,
    diagnostics,
    spoiled,
  });
}

type Parsed =
  | { readonly kind: 'parsed'; readonly root: Node | null; readonly findings: readonly TextFinding[] }
  | { readonly kind: 'refused'; readonly finding: TextFinding };

function parse(source: SourceText): Parsed {
  const { text } = source;
  const foreign = findForeignCharacter(text) ?? findDeepNesting(text);
  if (foreign !== undefined) return { kind: 'refused', finding: foreign };
  try {
    // Uniqueness of keys is checked while converting: the package compares every key with every other one.
    const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.length === 0) return { kind: 'parsed', root: null, findings: [empty] };
    const [first, second] = documents;
    const errors = firstStumbles(source, [...(first?.errors ?? []), ...(first?.warnings ?? [])]);
    if (errors.some(({ message }) => message.includes('call stack'))) return { kind: 'refused', finding: tooDeep };
    const findings = errors.map((error) => explainYamlError(text, error));
    if (second !== undefined) findings.push(secondDocument(second.range?.[0] ?? 0, text));
    if (findings.length === 0 && isNothing(first?.contents)) findings.push(empty);
    return { kind: 'parsed', root: first?.contents ?? null, findings };
  } catch (error) {
    // The parser of the package calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'refused', finding: tooDeep };
  }
}

function isNothing(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

const empty: TextFinding = {
  code: 'EK108',
  start: 0,
  end: 0,
  message: 'the file is empty',
  fix: 'write a starter file with `evenkeel init`',
};

const tooDeep: TextFinding = {
  code: 'EK112',
  start: 0,
  end: 0,
  message: 'nested too deeply',
  fix: 'check that this is the right file; no edge file is that deep',
};

function secondDocument(offset: number, text: string): TextFinding {
  const marker = text.lastIndexOf('---', offset);
  const start = marker === -1 ? offset : marker;
  return {
    code: 'EK105',
    start,
    end: start + 3,
    message: 'a second YAML document begins here; one file is one edge',
    fix: 'remove this line, or move what follows to a file of its own',
  };
}

/** One mistake makes the parser stumble again and again; the first stumble of a kind and on a line is the one to mend. */
function firstStumbles(source: SourceText, errors: readonly YAMLError[]): readonly YAMLError[] {
  const tabbed = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  const seen = new Set<string | number>();
  return (tabbed.length > 0 ? tabbed : errors).filter(({ code, pos }) => {
    const { line } = source.position(...pos);
    const echo = seen.has(line) || (seen.has(code) && code !== 'TAB_AS_INDENT');
    seen.add(line).add(code);
    return !echo;
  });
}

/** NUL, control characters or the mark that decoders leave for bytes that are not UTF-8. */
function findForeignCharacter(text: string): TextFinding | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const match = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/.exec(text);
  if (match === null) return undefined;
  const code = (match[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();
  return {
    code: 'EK109',
    start: match.index,
    end: match.index + 1,
    message:
      code === 'FFFD' ? 'the file holds bytes that are not UTF-8' : `the file holds the control character U+${code}`,
    fix: 'save the file as UTF-8 text; remove the character',
  };
}

/** The package needs quadratic time for thousands of nested brackets or dashes, so they are refused before. */
function findDeepNesting(text: string): TextFinding | undefined {
  const dashes = /^ *(?:[-?:] +){33}/m.exec(text);
  if (dashes !== null) return { ...tooDeep, start: dashes.index, end: dashes.index + dashes[0].length };
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (open > maxOpenBrackets) return { ...tooDeep, start: index, end: index + 1 };
  }
  return undefined;
}
