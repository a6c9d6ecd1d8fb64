/** One word of a rule: a keyword or number as it is, a quoted string (an interface name), a set of either, or an element for a named set. */
export type NftWord =
  | string
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'set'; readonly elements: readonly [string, ...string[]] }
  | { readonly kind: 'element'; readonly words: readonly [string, ...string[]] };

/** A rule of a chain, with a remark for the reader. */
export interface NftRule {
  readonly words: readonly [NftWord, ...NftWord[]];
  readonly note?: string;
}

/** A base chain hangs on a hook of the kernel; a regular chain is only jumped to. */
export interface NftChain {
  readonly name: string;
  readonly base:
    | {
        readonly type: 'filter';
        readonly hook: 'prerouting' | 'input' | 'output';
        /** `raw`, `filter`, `filter - 10` */
        readonly priority: readonly [string, ...string[]];
        readonly policy: 'accept' | 'drop';
      }
    | undefined;
  readonly rules: readonly NftRule[];
}

/**
 * A named set of addresses. One with a `timeout` is filled by rules, and an element stays for so long after the last time; without, a person
 * or program gives each element a timeout of its own.
 */
export interface NftSet {
  readonly name: string;
  readonly type: 'ipv4_addr' | 'ipv6_addr';
  readonly filled: 'by-hand' | { readonly timeout: string; readonly size: number };
  readonly note: string;
}

/** A table of its own: loading it touches no other. */
export interface NftTable {
  readonly family: 'inet' | 'ip' | 'ip6';
  readonly name: string;
  /** Each line is printed as a comment above the table. */
  readonly remarks: readonly string[];
  readonly sets: readonly NftSet[];
  readonly chains: readonly NftChain[];
}

/** A quoted string. */
export function quoted(value: string): NftWord {
  return { kind: 'text', value };
}

/** One element as it is, several as `{ a, b }`. */
export function anyOf(elements: readonly [string, ...string[]]): NftWord {
  return elements.length === 1 ? elements[0] : { kind: 'set', elements };
}

/**
 * Prints a script for `nft -f` that replaces this one table in one transaction, whether or not it was there: the first
 * line makes it if it is missing, so that the deletion can't fail (nft(8), "atomic rule replacement").
 */
export function printNftTable(table: NftTable): string {
  const head = `table ${printWord(table.family)} ${printWord(table.name)}`;
  return [
    '#!/usr/sbin/nft -f',
    ...table.remarks.map((remark) => `# ${checkRemark(remark)}`.trimEnd()),
    head,
    `delete ${head}`,
    `${head} {`,
    [...table.sets.map(printSet), ...table.chains.map(printChain)].map((lines) => lines.join('\n')).join('\n\n'),
    '}',
    '',
  ].join('\n');
}

function printSet(set: NftSet): readonly string[] {
  const filled =
    set.filled === 'by-hand'
      ? ['        flags timeout']
      : [
          `        size ${set.filled.size}`,
          '        flags dynamic,timeout',
          `        timeout ${printWord(set.filled.timeout)}`,
        ];
  return [
    `    # ${checkRemark(set.note)}`,
    `    set ${printWord(set.name)} {`,
    `        type ${set.type}`,
    ...filled,
    '    }',
  ];
}

function printChain(chain: NftChain): readonly string[] {
  const base =
    chain.base === undefined
      ? []
      : [
          `        type ${chain.base.type} hook ${chain.base.hook} priority ${chain.base.priority.map(printWord).join(' ')}; policy ${chain.base.policy};`,
        ];
  const rules = chain.rules.flatMap((rule) => [
    ...(rule.note === undefined ? [] : [`        # ${checkRemark(rule.note)}`]),
    `        ${rule.words.map(printWord).join(' ')}`,
  ]);
  return [`    chain ${printWord(chain.name)} {`, ...base, ...rules, '    }'];
}

/** nft has no escape inside quotes, so a string with `"` is refused, like every keyword that is not one word. */
function printWord(word: NftWord): string {
  if (typeof word === 'string') {
    // Also “not”, “more than”, a named set (`@strangers`), and raw payload (`@th,8,8`: base, offset and length in bits).
    if (
      word === '!=' ||
      word === '>' ||
      /^(?:[A-Za-z0-9_.:/-]+(?:,[A-Za-z0-9_.:/-]+)*|@[a-z]+(?:,\d+,\d+)?)$/.test(word)
    )
      return word;
    throw new Error(`nft can't read this word: ${JSON.stringify(word)}`);
  }
  if (word.kind === 'element') return `{ ${word.words.map(printWord).join(' ')} }`;
  if (word.kind === 'set') return `{ ${word.elements.map(printWord).join(', ')} }`;
  if (/^[A-Za-z0-9_.:@ -]+$/.test(word.value)) return `"${word.value}"`;
  throw new Error(`nft can't read this string: ${JSON.stringify(word.value)}`);
}

function checkRemark(text: string): string {
  // A backslash at the end would continue the comment on the next line.
  if (/[\r\n\0]/.test(text) || text.endsWith('\\')) throw new Error(`a remark of one line: ${JSON.stringify(text)}`);
  return text;
}
