import type { Finding } from './edge-document.ts';
import { isRecord, valueAt } from './schema-at.ts';
import { show } from './show-value.ts';
import { textKinds } from './text-kinds.ts';
import type { TextKind, TextKindName } from './text-kinds.ts';

/** Sections whose keys are names, and what a name looks like there. Zones are judged with their records. */
const namedSections: Readonly<Record<string, TextKindName>> = {
  networks: 'name',
  hosts: 'name',
  vips: 'name',
  pools: 'name',
  sites: 'siteKey',
  'alerts.receivers': 'name',
};

/** What the schema does not say: names that people chose, and networks that have no addresses. */
export function sectionFindings(data: unknown): readonly Finding[] {
  return [...nameFindings(data), ...networkFindings(data)];
}

function networkFindings(data: unknown): readonly Finding[] {
  const networks = valueAt(data, ['networks']);
  if (!isRecord(networks)) return [];
  return Object.entries(networks).flatMap(([name, network]): readonly Finding[] =>
    !isRecord(network) || 'ipv4' in network || 'ipv6' in network
      ? []
      : [
          {
            code: 'EK202',
            path: ['networks', name],
            part: 'key',
            message: `the network \`${name}\` has neither \`ipv4\` nor \`ipv6\``,
            fix: 'add the network, for example `ipv4: 192.168.10.0/24`',
          },
        ],
  );
}

/** Judged apart from the schema, which would leave out what stands under a bad name. */
function nameFindings(data: unknown): readonly Finding[] {
  return Object.entries(namedSections).flatMap(([dotted, kindName]): readonly Finding[] => {
    const section = dotted.split('.');
    const entries = valueAt(data, section);
    const kind: TextKind = textKinds[kindName];
    if (!isRecord(entries)) return [];
    return Object.keys(entries).flatMap((name): readonly Finding[] =>
      kind.accepts(name)
        ? []
        : [
            {
              code: kind.code,
              path: [...section, name],
              part: 'key',
              message: `${show(name)} is not ${kind.noun}`,
              fix: kind.suggest?.(name) ?? `write for example \`${kind.example}\``,
            },
          ],
    );
  });
}
