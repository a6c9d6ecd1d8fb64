import { expect, it } from 'vitest';
import { parseStrangers } from './vrrp-strangers.ts';

const set = (elements: string): string =>
  `{"nftables": [{"metainfo": {"version": "1.1.3", "json_schema_version": 1}}, {"set": {"family": "inet", "name": "strangers", "table": "evenkeel", "type": "ipv4_addr", "handle": 5, "size": 64, "flags": ["timeout", "dynamic"], "timeout": 600${elements}}}]}`;

it('reads who spoke VRRP without being one of us', () => {
  const two = '{"elem": {"val": "192.168.10.66", "expires": 599}}, {"elem": {"val": "192.168.10.9", "expires": 1}}';
  expect(parseStrangers(set(`, "elem": [${two}]`))).toEqual(['192.168.10.9', '192.168.10.66']);
  expect(parseStrangers(set(', "elem": ["192.168.10.66"]'))).toEqual(['192.168.10.66']);
  expect(parseStrangers(set(''))).toEqual([]);
});

it.each(['', 'Error: No such file or directory', '[]', '{"nftables": [{"metainfo": {}}]}'])(
  'knows nothing from %j',
  (text) => {
    expect(parseStrangers(text)).toBeUndefined();
  },
);

it('leaves out what is no address', () => {
  expect(parseStrangers(set(', "elem": [7, {"elem": {}}, {"elem": {"val": "x"}}, null]'))).toEqual([]);
});
