import { momentInWords } from './report-words.ts';
import type { TextStyle, TextTone } from './text-style.ts';
import { showMs } from './text-table.ts';
import type { Trace, TraceStep } from './trace-document.ts';

/** A trace as text: the verdict, then the seven steps with their reasons. Every state is a word. */
export function printTrace(trace: Trace, style: TextStyle): string {
  const broken = trace.steps.find((step) => step.state === 'broken');
  const time = style('quiet', momentInWords(trace.at));
  const head =
    broken === undefined
      ? `${style('good', 'ARRIVED')}  ${trace.url} from ${trace.from} in ${showMs(trace.totalMs)}  ${time}`
      : `${style('bad', 'BROKEN')}  ${trace.url} from ${trace.from}: step ${broken.number}, ${broken.title}  ${time}`;
  return `${[head, ...trace.steps.map((step) => printStep(step, style))].join('\n\n')}\n`;
}

function printStep(step: TraceStep, style: TextStyle): string {
  const title = style('strong', `${step.number}  ${step.title}`);
  if (step.state === 'not-reached') return style('quiet', `${step.number}  ${step.title}: not reached`);
  const word = stateWords[step.state];
  const mark = word === undefined ? '' : `  ${style(word.tone, word.text)}`;
  const time = step.ms === undefined ? '' : style('quiet', `  ${showMs(step.ms)}`);
  return [
    `${title}${mark}${time}`,
    `   ${step.summary}`,
    ...step.details.map((line) => style('quiet', `   - ${line}`)),
    ...(step.next === undefined ? [] : [`   next: ${step.next}`]),
  ].join('\n');
}

const stateWords: Readonly<Record<TraceStep['state'], { readonly text: string; readonly tone: TextTone } | undefined>> =
  {
    done: undefined,
    broken: { text: 'BROKEN', tone: 'bad' },
    unknown: { text: 'not told', tone: 'warn' },
    'not-used': { text: 'not used', tone: 'quiet' },
    'not-reached': undefined,
  };
