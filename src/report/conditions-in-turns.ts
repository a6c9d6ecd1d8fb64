import type { Condition } from './alert-condition.ts';
import { questionName } from '../model/vip-addresses.ts';
import type { EdgeView } from './edge-view.ts';
import { subjectInTurns } from './subject-in-turns.ts';

/** What the last look did not ask, as it was not its turn. */
export interface ConditionTurns {
  /** What a view says of it is of a look before. */
  readonly isOld: (condition: Condition) => boolean;
  /** Nothing was said of it since the start. */
  readonly isNotKnown: (condition: Condition) => boolean;
}

/** Where an edge is too large for one look; else everything is asked. */
export function conditionsInTurns({ look: [look], sites, nameservers }: EdgeView): ConditionTurns {
  const turns = look?.turns ?? {};
  const asked = { sites: new Set(turns.sites?.asked), names: new Set(turns.names?.asked) };
  const knownSites = new Set(sites.map(({ site }) => site));
  const knownNames = new Map(
    nameservers
      .filter(({ answering }) => answering)
      .map(({ host, names }) => [host, new Set(names.map(questionName))] as const),
  );
  return {
    isOld(condition) {
      const about = subjectInTurns(condition);
      return about !== undefined && turns[about.of] !== undefined && !asked[about.of].has(about.what);
    },
    isNotKnown(condition) {
      const about = subjectInTurns(condition);
      // What left the edge file is over once all others are known.
      if (about === undefined || (turns[about.of]?.notYet ?? 0) === 0) return false;
      if (about.of === 'sites') return !knownSites.has(about.what);
      const [host = ''] = condition.subject.split(' ');
      // Of a nameserver that is silent only that is told.
      return knownNames.get(host)?.has(about.what) === false;
    },
  };
}
