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
};

/** Judges the names that people chose. Apart from the schema, which would leave out what stands under a bad name. */
export function keyFindings(data: unknown): readonly Finding[] {
  return Object.entries(namedSections).flatMap(([section, kindName]): readonly Finding[] => {
    const entries = valueAt(data, [section]);
    const kind: TextKind = textKinds[kindName];
    if (!isRecord(entries)) return [];
    return Object.keys(entries).flatMap((name): readonly Finding[] =>
      kind.accepts(name)
        ? []
        : [
            {
              code: kind.code,
              path: [section, name],
              part: 'key',
              message: `${show(name)} is not ${kind.noun}`,
              fix: kind.suggest?.(name) ?? `write for example \`${kind.example}\``,
            },
          ],
    );
  });
}
