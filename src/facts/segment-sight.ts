import { parseAddress } from '../base/address.ts';
import { splitSections } from './sections.ts';
import { type Neighbour, parseNeighbours } from './vip-sighting.ts';

/** What a host that evenkeel has never touched sees of its segment. */
export interface SegmentSight {
  /** Who spoke VRRP meanwhile, and with which number. */
  readonly speakers: readonly { readonly address: string; readonly vrid: number }[];
  /** The neighbours it knows after it sent something to each VIP. */
  readonly neighbours: readonly Neighbour[];
}

/** Reads the output of `segmentScript`: lines `ADDRESS VRID`, then a section `neighbours`; undefined when it broke off. */
export function parseSegmentSight(text: string): SegmentSight | undefined {
  const sections = splitSections(text);
  if (!sections.has('end')) return undefined;
  const speakers = (sections.get('speakers') ?? '').split('\n').flatMap((line) => {
    const [, from = '', number = ''] = /^(\S+) (\d+)$/.exec(line) ?? [];
    const address = parseAddress(from);
    return address === undefined ? [] : [{ address: address.text, vrid: Number(number) }];
  });
  return { speakers, neighbours: parseNeighbours(sections.get('neighbours') ?? '') };
}
