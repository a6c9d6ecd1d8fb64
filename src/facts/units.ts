import type { UnitFacts } from './host-facts.ts';

/** The properties asked of `systemctl show`. */
export const unitProperties = 'Id,LoadState,ActiveState,SubState,UnitFileState,MainPID';

/**
 * Reads `systemctl show -p ... UNIT...`: blocks of KEY=VALUE, one per unit asked for and in that order, separated by
 * an empty line. The order of keys is systemd's own. Blocks are matched by order, since an alias prints another Id.
 */
export function parseUnits(text: string, asked: readonly string[]): ReadonlyMap<string, UnitFacts> {
  const blocks = text.trim() === '' ? [] : text.trim().split(/\n\s*\n/);
  const units = new Map<string, UnitFacts>();
  for (const [index, block] of blocks.entries()) {
    const name = asked[index];
    if (name === undefined) break;
    const values = new Map(
      block.split('\n').map((line) => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)] as const;
      }),
    );
    units.set(name, {
      name,
      loadState: values.get('LoadState') ?? '',
      activeState: values.get('ActiveState') ?? '',
      subState: values.get('SubState') ?? '',
      unitFileState: values.get('UnitFileState') ?? '',
      mainPid: Number(values.get('MainPID') ?? '0'),
    });
  }
  return units;
}
