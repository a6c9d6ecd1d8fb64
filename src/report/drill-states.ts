import type { DrillTimeline } from '../facts/drill-report.ts';
import type { State, StateHistory } from './drill-lane-states.ts';

/** Who holds each VIP, both views of one under each other: asked on the hosts and as the neighbours see it. The first holder counts as the usual one. */
export function holderHistories(holders: DrillTimeline['holders']): readonly StateHistory[] {
  const vips = [...new Set(holders.map((holder) => holder.vip))];
  const sorted = vips.flatMap((vip) => holders.filter((holder) => holder.vip === vip));
  return sorted.map(({ vip, seen, changes }) => {
    const usual = changes[0]?.holders.join();
    return {
      name: vip,
      note: seen === 'hosts' ? 'as the balancers say' : 'as neighbours see it',
      states: changes.map((change): State => {
        const [first, ...others] = change.holders;
        if (first === undefined) return { at: change.at, words: 'nobody', shorter: [], tone: 'lost' };
        const words = change.holders.join(' and ');
        if (others.length > 0) return { at: change.at, words, shorter: [change.holders.join('+')], tone: 'clash' };
        return { at: change.at, words, shorter: [], tone: words === usual ? 'calm' : 'moved' };
      }),
    };
  });
}

/** What each nameserver answers. */
export function answerHistories(answers: DrillTimeline['answers']): readonly StateHistory[] {
  return answers.map(({ nameserver, name, changes }) => {
    const usual = changes[0]?.addresses.join();
    return {
      name: nameserver,
      note: name,
      states: changes.map(({ at, addresses }): State => {
        if (addresses.length === 0) return { at, words: 'no answer', shorter: ['none'], tone: 'lost' };
        const shorter = addresses.length === 1 ? [] : [`${addresses.length} addresses`, String(addresses.length)];
        return { at, words: addresses.join(', '), shorter, tone: addresses.join() === usual ? 'calm' : 'moved' };
      }),
    };
  });
}

/** Whether each balancer reaches each backend. */
export function backendHistories(backends: DrillTimeline['backends']): readonly StateHistory[] {
  return backends.map(({ balancer, backend, changes }) => ({
    name: `${backend} from ${balancer}`,
    note: undefined,
    states: changes.map(({ at, up }): State =>
      up ? { at, words: 'up', shorter: [], tone: 'calm' } : { at, words: 'down', shorter: [], tone: 'lost' },
    ),
  }));
}
