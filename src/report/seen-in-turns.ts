import type { CertificateFacts } from '../facts/status-certificate.ts';
import type { NameAnswer, NameserverAnswer, SiteAnswer, StatusFacts } from '../facts/status-facts.ts';
import { type AskedWindow, questionLimit, siteLimit } from '../model/asked-window.ts';
import type { Model } from '../model/model.ts';
import { dnsQuestions, questionName } from '../model/vip-addresses.ts';
import type { AskedInTurns, EdgeStatus, LookTurns, StatusProblem } from './edge-status.ts';
import { subjectInTurns } from './subject-in-turns.ts';

/** What was answered of each site and each DNS question when its turn came last. Times are milliseconds of a clock that never steps. */
export interface SeenInTurns {
  /** By the name of the site. */
  readonly sites: ReadonlyMap<string, Seen<readonly SiteAnswer[]>>;
  /** By name and type: the answer of each nameserver, by its name. */
  readonly questions: ReadonlyMap<string, Seen<ReadonlyMap<string, NameAnswer>>>;
}

interface Seen<Answers> {
  readonly askedMs: number;
  readonly answers: Answers;
}

/** One look: what it was to ask, when it began, and what it got to know. */
export interface LookInTurn {
  readonly window: AskedWindow;
  readonly askedMs: number;
  readonly facts: StatusFacts;
}

/** Before the first look. */
export const nothingSeen: SeenInTurns = { sites: new Map(), questions: new Map() };

/**
 * What the next look asks: for half of its places at most what had a problem, so that one that is over is over with the next look; then
 * whoever waits longest, those that were never asked first. The first name is asked always: a nameserver's `answers` are of it.
 */
export function nextWindow(
  model: Model,
  { sites, questions }: SeenInTurns,
  problems: readonly StatusProblem[],
): AskedWindow {
  const about = new Set(problems.map((problem) => subjectInTurns(problem)?.what));
  const all = dnsQuestions(model);
  const first = all.filter(({ name }) => name === all[0]?.name);
  const others = all.filter(({ name }) => name !== all[0]?.name);
  return {
    sites: nextInTurn(model.sites, {
      places: siteLimit,
      askedMs: ({ name }) => sites.get(name)?.askedMs,
      isTroubled: ({ name }) => about.has(name),
    }),
    questions: [
      ...first,
      ...nextInTurn(others, {
        places: Math.max(1, questionLimit - first.length),
        askedMs: (question) => questions.get(questionName(question))?.askedMs,
        isTroubled: (question) => about.has(questionName(question)),
      }),
    ],
  };
}

interface Turn<One> {
  readonly places: number;
  /** When it was asked last; undefined: never. */
  readonly askedMs: (one: One) => number | undefined;
  readonly isTroubled: (one: One) => boolean;
}

/** As many as there are places, in the order of the file. */
function nextInTurn<One>(all: readonly One[], { places, askedMs, isTroubled }: Turn<One>): readonly One[] {
  if (all.length <= places) return all;
  const waiting = all.toSorted((a, b) => (askedMs(a) ?? -1) - (askedMs(b) ?? -1));
  const again = waiting.filter(isTroubled).slice(0, places / 2);
  const next = new Set([...new Set([...again, ...waiting])].slice(0, places));
  return all.filter((one) => next.has(one));
}

/**
 * What is known after a look: what it asked is as it found it, the rest stays. What nobody could be asked for is not known any more, and
 * is first in turn.
 */
export function seenAfter(seen: SeenInTurns, { window, askedMs, facts }: LookInTurn): SeenInTurns {
  const sites = new Map(seen.sites);
  const ofSites = Map.groupBy(sharingCertificates(seen, facts.sites), ({ site }) => site);
  for (const { name } of window.sites) {
    const answers = ofSites.get(name);
    if (answers === undefined) sites.delete(name);
    else sites.set(name, { askedMs, answers });
  }
  const questions = new Map(seen.questions);
  const ofQuestions = Map.groupBy(
    facts.nameservers.flatMap(({ host, names }) => names.map((answer) => ({ host, answer }))),
    ({ answer }) => questionName(answer),
  );
  for (const question of window.questions.map(questionName)) {
    const answers = ofQuestions.get(question);
    if (answers === undefined) questions.delete(question);
    else questions.set(question, { askedMs, answers: new Map(answers.map(({ host, answer }) => [host, answer])) });
  }
  return { sites, questions };
}

/** A certificate that a thousand answers show is held once. */
function sharingCertificates({ sites }: SeenInTurns, fresh: readonly SiteAnswer[]): readonly SiteAnswer[] {
  const known = new Map<string, CertificateFacts>();
  for (const { answers } of sites.values()) {
    for (const { certificate } of answers)
      if (certificate !== undefined) known.set(certificate.fingerprint, certificate);
  }
  return fresh.map((answer) => {
    const { certificate } = answer;
    if (certificate === undefined) return answer;
    const shared = known.get(certificate.fingerprint) ?? certificate;
    known.set(shared.fingerprint, shared);
    return { ...answer, certificate: shared };
  });
}

/** The facts of a look together with what is known of all that it did not ask. */
export function factsInTurns(model: Model, { sites, questions }: SeenInTurns, facts: StatusFacts): StatusFacts {
  const all = dnsQuestions(model);
  return {
    ...facts,
    sites: model.sites.flatMap(({ name }) => sites.get(name)?.answers ?? []),
    nameservers: facts.nameservers.map((nameserver): NameserverAnswer => {
      // Of one that is silent nothing is claimed but that.
      if (!nameserver.answering) return { ...nameserver, names: [], namesNotAsked: 0 };
      const names = all.flatMap(
        (question) => questions.get(questionName(question))?.answers.get(nameserver.host) ?? [],
      );
      return { ...nameserver, names, namesNotAsked: all.length - names.length };
    }),
  };
}

/** How far the turns are after a look, of which `seen` knows already; undefined: each look asks for all. */
export function turnsOf(
  model: Model,
  seen: SeenInTurns,
  { window, askedMs, notAsked }: Pick<LookInTurn, 'window' | 'askedMs'> & Pick<EdgeStatus, 'notAsked'>,
): LookTurns | undefined {
  const turn = (
    last: ReadonlyMap<string, Seen<unknown>>,
    counts: Omit<AskedInTurns, 'oldestMs'>,
  ): AskedInTurns | undefined => {
    if (counts.all <= counts.asked.length) return undefined;
    const oldest = [...last.values()].reduce((least, one) => Math.min(least, one.askedMs), askedMs);
    return { ...counts, oldestMs: askedMs - oldest };
  };
  const sites = turn(seen.sites, {
    all: model.sites.length,
    asked: window.sites.map(({ name }) => name),
    notYet: notAsked.sites,
  });
  const questions = dnsQuestions(model).length;
  const names = turn(seen.questions, {
    all: questions,
    asked: window.questions.map(questionName),
    // A silent nameserver was not asked for anything; when all are, of no name there is an answer.
    notYet: Math.max(notAsked.names, questions - seen.questions.size),
  });
  if (sites === undefined && names === undefined) return undefined;
  return { ...(sites === undefined ? {} : { sites }), ...(names === undefined ? {} : { names }) };
}
