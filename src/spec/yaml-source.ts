import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import type { Position } from '../base/diagnostic.ts';
import type { EdgeSource, Part, Path } from './edge-document.ts';
import type { SourceText } from './source-text.ts';
import { nodeRange } from './yaml-content.ts';

/** A YAML tree and the text it was read from: finds where a path stands. */
export class YamlSource implements EdgeSource {
  readonly file: string;
  readonly #text: SourceText;
  readonly #root: Node | null;
  readonly #anchors: ReadonlyMap<string, Node>;
  /** Maps are searched by key once per finding; ten thousand sites must not make that a walk each time. */
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(text: SourceText, root: Node | null, anchors: ReadonlyMap<string, Node>) {
    this.file = text.file;
    this.#text = text;
    this.#root = root;
    this.#anchors = anchors;
  }

  readonly line = (number: number): string => this.#text.line(number);

  readonly locate = (path: Path, part: Part): Position => {
    let node: unknown = this.#root;
    let shown: unknown = undefined;
    for (const step of path) {
      const found = this.#child(node, step);
      // The path goes on, but the file does not: the last part that is there stands for it.
      if (found === undefined) return this.#position(shown);
      shown = found.key ?? found.value;
      node = found.value;
    }
    return this.#position(part === 'value' && this.#pointable(node) ? node : shown);
  };

  /** The value at a path as it was written: `1.0`, `"yes"`. Undefined for maps, lists and what is not there. */
  readonly written = (path: Path): string | undefined => {
    let node: unknown = this.#root;
    for (const step of path) node = this.#child(node, step)?.value;
    return isScalar(node) ? node.source : undefined;
  };

  /** A block map or list spans lines; its key shows better where it is. */
  #pointable(node: unknown): boolean {
    if (isAlias(node)) return true;
    if (isScalar(node)) return nodeRange(node)[1] > nodeRange(node)[0];
    return (isMap(node) || isSeq(node)) && node.flow === true;
  }

  #child(node: unknown, step: string | number): { readonly key: unknown; readonly value: unknown } | undefined {
    const target = isAlias(node) ? this.#anchors.get(node.source) : node;
    if (isMap(target)) {
      const pair = this.#index(target).get(String(step));
      return pair === undefined ? undefined : { key: pair.key, value: pair.value };
    }
    if (!isSeq(target)) return undefined;
    const item = target.items[Number(step)];
    return item === undefined ? undefined : { key: undefined, value: item };
  }

  #index(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = new Map<string, Pair>();
    for (const pair of map.items) {
      if (isScalar(pair.key) && typeof pair.key.value === 'string' && !pairs.has(pair.key.value)) {
        pairs.set(pair.key.value, pair);
      }
    }
    this.#pairs.set(map, pairs);
    return pairs;
  }

  #position(node: unknown): Position {
    if (node === undefined || node === null) return this.#text.position(...this.#top());
    return this.#text.position(...nodeRange(node));
  }

  /** Where a finding about the whole file points: its first key. */
  #top(): readonly [number, number] {
    const first: unknown = isMap(this.#root) ? this.#root.items[0]?.key : this.#root;
    return nodeRange(first);
  }
}
