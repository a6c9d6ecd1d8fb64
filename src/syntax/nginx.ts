/**
 * An NGINX configuration as a tree. Knows the syntax only: which directives exist and what they mean is the
 * business of whoever builds the tree. `nginx-print.ts` writes it, `nginx-read.ts` reads it.
 */
export type NginxNode = NginxDirective | NginxBlock | NginxComment;

/** `name word word;` */
export interface NginxDirective {
  readonly kind: 'directive';
  readonly name: string;
  readonly words: readonly NginxWord[];
}

/** `name word { ... }` */
export interface NginxBlock {
  readonly kind: 'block';
  readonly name: string;
  readonly words: readonly NginxWord[];
  readonly body: readonly NginxNode[];
}

/** `# text`, on a line of its own. */
export interface NginxComment {
  readonly kind: 'comment';
  readonly text: string;
}

/**
 * One argument. A string is literal text: NGINX has no way to escape `$`, so the printer refuses a string that holds
 * one. Variables are named as such and can't come out of data by accident.
 */
export type NginxWord = string | NginxVariable | NginxExpression;

/** `$name` */
export interface NginxVariable {
  readonly kind: 'variable';
  readonly name: string;
}

/** Text and variables joined to one argument. */
export interface NginxExpression {
  readonly kind: 'expression';
  readonly parts: readonly (string | NginxVariable)[];
}

/** Makes `name word word;`. */
export function directive(name: string, ...words: readonly NginxWord[]): NginxDirective {
  return { kind: 'directive', name, words };
}

/** Makes `name word { body }`. */
export function block(name: string, words: readonly NginxWord[], body: readonly NginxNode[]): NginxBlock {
  return { kind: 'block', name, words, body };
}

/** Makes `# text`. */
export function comment(text: string): NginxComment {
  return { kind: 'comment', text };
}

/** Makes `$name`. The name goes without its dollar. */
export function variable(name: string): NginxVariable {
  return { kind: 'variable', name };
}

/** Makes one argument of text and variables: `joined('https://', variable('host'))` is `https://$host`. */
export function joined(...parts: readonly (string | NginxVariable)[]): NginxExpression {
  return { kind: 'expression', parts };
}

/** The parts of any word, in order. */
export function wordParts(word: NginxWord): readonly (string | NginxVariable)[] {
  if (typeof word === 'string') return [word];
  return word.kind === 'variable' ? [word] : word.parts;
}
