import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import type { Path, Saying } from './edge-document.ts';

/** Something wrong with a piece of the text, by offsets. */
export interface TextFinding extends Saying {
  readonly start: number;
  readonly end: number;
  /** The part of the file that does not mean what it says, where that is known. */
  readonly spoiled?: Path;
}

/** A YAML tree as plain data, with what must not stand in an edge file. */
export interface YamlContent {
  readonly data: unknown;
  readonly findings: readonly TextFinding[];
  /** Anchors by name, for readers that follow aliases. */
  readonly anchors: ReadonlyMap<string, Node>;
}

/** No edge file nests deeper than nine levels; the rest is room and a stop for aliases that contain themselves. */
const maxDepth = 32;
/** Values that aliases may stand for, all together. */
const maxAliasedValues = 100_000;

interface Walk {
  readonly findings: TextFinding[];
  readonly anchors: Map<string, Node>;
  aliasedValues: number;
  /** Where the outermost alias we are in stands. */
  alias: Node | undefined;
  /** Keys and indexes from the top to where we are. */
  readonly path: (string | number)[];
  stopped: boolean;
}

/** Turns YAML nodes into plain data: maps, lists and scalars. Maps have no prototype, so that no key finds an inherited value. */
export function yamlContent(root: Node | null): YamlContent {
  const walk: Walk = { findings: [], anchors: new Map(), aliasedValues: 0, alias: undefined, path: [], stopped: false };
  const data = convert(walk, root, 0);
  return { data, findings: walk.findings, anchors: walk.anchors };
}

function convert(walk: Walk, node: unknown, depth: number): unknown {
  if (walk.stopped) return undefined;
  if (depth > maxDepth) return stop(walk, node, 'deep');
  if (walk.alias !== undefined) {
    walk.aliasedValues += 1;
    if (walk.aliasedValues > maxAliasedValues) return stop(walk, node, 'bomb');
  }
  if (isAlias(node)) return convertAlias(walk, node, depth);
  if (isScalar(node)) {
    remember(walk, node);
    return node.value;
  }
  if (isSeq(node)) {
    remember(walk, node);
    return node.items.map((item, index) => {
      walk.path.push(index);
      const data = convert(walk, item, depth + 1);
      walk.path.pop();
      return data;
    });
  }
  if (isMap(node)) {
    remember(walk, node);
    return convertMap(walk, node, depth);
  }
  return null;
}

function remember(walk: Walk, node: Node & { anchor?: string | undefined }): void {
  // Inside an alias the anchors are known already, and the ones of the text win.
  if (node.anchor !== undefined && walk.alias === undefined) walk.anchors.set(node.anchor, node);
}

function convertAlias(walk: Walk, node: Node & { readonly source: string }, depth: number): unknown {
  const target = walk.anchors.get(node.source);
  if (target === undefined) {
    report(walk, node, {
      code: 'EK110',
      message: `there is no anchor \`&${node.source}\` above the alias \`*${node.source}\``,
      fix: `write the value out, or put it in quotes if it begins with a star: "*${node.source}"`,
    });
    return null;
  }
  if (walk.alias !== undefined) return convert(walk, target, depth);
  walk.alias = node;
  const data = convert(walk, target, depth);
  walk.alias = undefined;
  return data;
}

function convertMap(walk: Walk, map: YAMLMap, depth: number): unknown {
  const data: Record<string, unknown> = Object.create(null);
  const known = new Set<string>();
  for (const { key, value } of map.items) {
    const name = keyText(walk, key);
    if (name !== undefined && !known.has(name)) {
      known.add(name);
      walk.path.push(name);
      data[name] = convert(walk, value, depth + 1);
      walk.path.pop();
    } else if (name !== undefined && walk.alias === undefined) {
      report(walk, key, {
        code: 'EK104',
        message: `the key \`${name}\` stands twice in this map`,
        fix: 'keep one of them, or rename one',
        key: name,
      });
    }
  }
  return data;
}

function keyText(walk: Walk, key: unknown): string | undefined {
  if (isScalar(key) && typeof key.value === 'string') {
    remember(walk, key);
    if (key.value === '__proto__') {
      report(walk, key, { code: 'EK205', message: '`__proto__` is no name', fix: 'choose another name' });
      return undefined;
    }
    if (key.value !== '<<' || key.type !== 'PLAIN') return key.value;
    report(walk, key, {
      code: 'EK113',
      message: 'merge keys (`<<`) are not supported',
      fix: 'write the keys out; what all hosts share under `ssh` may stand once in the top-level `ssh`',
    });
    return undefined;
  }
  const shown = isScalar(key) ? (key.source ?? String(key.value)) : '';
  report(walk, key, {
    code: 'EK107',
    message: shown === '' ? 'a key of this map is not text' : `the key \`${shown}\` is not text`,
    fix: shown === '' ? 'write the key as plain text' : `put it in quotes: "${shown}"`,
  });
  return undefined;
}

function report(walk: Walk, node: unknown, { key, ...saying }: Saying & { readonly key?: string }): void {
  // What is wrong with an anchored value was said where it stands.
  if (walk.alias !== undefined && saying.code !== 'EK106') return;
  const [start, end] = nodeRange(node);
  const spoiled = key === undefined ? [...walk.path] : [...walk.path, key];
  walk.findings.push({ ...saying, start, end, spoiled });
}

function stop(walk: Walk, node: unknown, reason: 'deep' | 'bomb'): undefined {
  walk.stopped = true;
  if (walk.alias === undefined) {
    report(walk, node, {
      code: 'EK112',
      message: `nested more than ${maxDepth} levels deep`,
      fix: 'check the brackets and dashes above; no edge file is that deep',
    });
  } else {
    report(walk, walk.alias, {
      code: 'EK106',
      message:
        reason === 'bomb'
          ? `aliases stand for more than ${maxAliasedValues} values`
          : 'the alias stands for a value that contains itself, or nests without end',
      fix: 'write the values out instead of aliasing aliases',
    });
  }
  return undefined;
}

/** Offsets of a node: where it begins and where its value ends. */
export function nodeRange(node: unknown): readonly [number, number] {
  if ((isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range)
    return [node.range[0], node.range[1]];
  return [0, 0];
}
