import type { UnitState } from './status-facts.ts';

/** Reads `systemctl show -p Id,LoadState,ActiveState,SubState UNIT...`: one block per unit, an empty line between. */
export function parseUnitStates(text: string): readonly UnitState[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const values = new Map(
      block.split('\n').map((line) => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)];
      }),
    );
    const unit = values.get('Id');
    if (unit === undefined) return [];
    return [
      {
        unit,
        loadState: values.get('LoadState') ?? '',
        activeState: values.get('ActiveState') ?? '',
        subState: values.get('SubState') ?? '',
      },
    ];
  });
}
