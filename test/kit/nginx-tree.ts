import type { DesiredFile } from '../../src/render/desired-file.ts';
import type { NginxBlock, NginxDirective, NginxNode, NginxWord } from '../../src/syntax/nginx.ts';
import { wordParts } from '../../src/syntax/nginx.ts';
import { readNginx } from '../../src/syntax/nginx-read.ts';

/** A node of a whole configuration and the blocks around it, outermost first. */
export interface PlacedNode {
  readonly node: NginxDirective | NginxBlock;
  readonly parents: readonly NginxBlock[];
}

/** The whole configuration as NGINX reads it: the printed files read back, from nginx.conf on, includes replaced. */
export function readTree(files: readonly DesiredFile[]): readonly NginxNode[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const read = (path: string): readonly NginxNode[] => {
    // Debian's own, and a place for a person's own locations.
    if (path === '/etc/nginx/mime.types' || path === '/etc/nginx/evenkeel-local/*.conf') return [];
    const file = byPath.get(path);
    if (file === undefined) throw new Error(`${path} is included but not rendered`);
    const nodes = readNginx(new TextDecoder().decode(file.bytes));
    if (!nodes.ok) throw new Error(`${path}:${nodes.error.line}: ${nodes.error.message}`);
    return nodes.value.flatMap(include);
  };
  const include = (node: NginxNode): readonly NginxNode[] => {
    if (node.kind === 'comment') return [];
    if (node.kind === 'block') return [{ ...node, body: node.body.flatMap(include) }];
    const [path] = node.words;
    return node.name === 'include' && typeof path === 'string' ? read(path) : [node];
  };
  return read('/etc/nginx/nginx.conf');
}

/** Every directive and block with what is around it, in the order of the text. */
export function placed(nodes: readonly NginxNode[], parents: readonly NginxBlock[] = []): readonly PlacedNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'comment') return [];
    const own: PlacedNode = { node, parents };
    return node.kind === 'block' ? [own, ...placed(node.body, [...parents, node])] : [own];
  });
}

/** The directives of this name right in a block. */
export function directivesOf(block: NginxBlock, name: string): readonly NginxDirective[] {
  return block.body.filter((node) => node.kind === 'directive').filter((node) => node.name === name);
}

/** Every block of this name, at any depth. */
export function blocksOf(nodes: readonly NginxNode[], name: string): readonly NginxBlock[] {
  return placed(nodes).flatMap(({ node }) => (node.kind === 'block' && node.name === name ? [node] : []));
}

/** A word as NGINX would show it, variables with their dollar. */
export function wordText(word: NginxWord): string {
  return wordParts(word)
    .map((part) => (typeof part === 'string' ? part : `$${part.name}`))
    .join('');
}

/** A node's words as text, without its name. */
export function wordTexts(node: NginxDirective | NginxBlock): readonly string[] {
  return node.words.map(wordText);
}
