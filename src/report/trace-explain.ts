import type { TraceFacts } from '../facts/trace-facts.ts';
import type { Model } from '../model/model.ts';
import { stepTitles } from './trace-document.ts';
import type { StepStory, Trace, TraceStep } from './trace-document.ts';
import { explainNames } from './trace-names.ts';
import { explainResponse, explainReturn, explainTransport } from './trace-response.ts';
import { explainChoice } from './trace-choice.ts';
import { explainTls } from './trace-tls.ts';
import { explainVip } from './trace-vip.ts';

/** Says what happened in each of the seven steps, and why. Pure. */
export function explainTrace(model: Model, facts: TraceFacts): Trace {
  const stories = [
    explainNames(model, facts),
    explainVip(model, facts),
    explainTls(model, facts),
    explainChoice(model, facts),
    explainTransport(model, facts),
    explainResponse(model, facts),
    explainReturn(facts),
  ];
  const broken = stories.findIndex((story) => story.state === 'broken');
  const steps = stories.map((story, index): TraceStep => {
    const reached = broken < 0 || index <= broken;
    return { ...place(index), ...(reached ? story : notReached) };
  });
  return {
    version: 1,
    url: facts.target.url,
    from: facts.from,
    at: facts.at,
    ok: broken < 0,
    totalMs: facts.exchange.times.total,
    steps,
    facts,
  };
}

const notReached: StepStory = { state: 'not-reached', summary: 'not reached', details: [] };

const numbers = [1, 2, 3, 4, 5, 6, 7] as const;

function place(index: number): Pick<TraceStep, 'number' | 'title'> {
  return { number: numbers[index] ?? 7, title: stepTitles[index] ?? '' };
}
