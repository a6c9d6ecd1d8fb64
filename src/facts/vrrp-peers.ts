import type { HostFacts } from './host-facts.ts';

const keepalivedPath = '/etc/keepalived/keepalived.conf';

/** The addresses that a host's keepalived exchanges adverts with, as its configuration says; sorted. */
export function vrrpPeers(facts: Pick<HostFacts, 'files'>): readonly string[] {
  const file = facts.files.get(keepalivedPath);
  if (file?.kind !== 'file') return [];
  const text = new TextDecoder().decode(file.bytes).replaceAll(/[!#][^\n]*/g, '');
  const blocks = [...text.matchAll(/\bunicast_peer\s*\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const words = blocks.flatMap((block) => block.split('\n').map((line) => line.trim().split(/\s/)[0] ?? ''));
  return [...new Set(words.filter((word) => word !== ''))].sort();
}
