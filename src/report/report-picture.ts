import { holderNames } from './read-holder-event.ts';
import { calendarTicks } from './calendar-ticks.ts';
import { fitText, type Font, textWidth } from './diagram-scene.ts';
import type { AvailabilityCourse, EdgeReport } from './edge-report.ts';
import { html, type Markup } from './markup.ts';
import { endOf, type ProblemSpan } from './report-spans.ts';
import { reportSummary, reportTitle } from './report-summary.ts';
import { lengthInWords, utcInWords, vipInWords } from './report-words.ts';
import { timeScale, type TimeScale } from './time-scale.ts';

const size = { width: 1000, left: 210, right: 985, top: 26, lane: 19, heading: 24 } as const;
const font: Font = { size: 11, weight: 400, family: 'text' };
/** Lanes of one kind; the tables have all. */
const mostLanes = 12;

/** A line of the picture: what it is called, and what is drawn on it from `y` to `y + height`. */
interface Lane {
  readonly name: string;
  readonly draw: (y: number, height: number) => readonly Markup[];
}

/** What happened, over time, as SVG: availability, holders, problems, operations, one below the other on the same axis. */
export function reportPicture(report: EdgeReport): Markup {
  const scale = timeScale({ from: Date.parse(report.from), to: Date.parse(report.to) }, size.left, size.right);
  const groups = [
    { title: 'Availability', lanes: availabilityLanes(report, scale) },
    { title: 'Who holds the VIP', lanes: holderLanes(report, scale) },
    { title: 'Problems', lanes: problemLanes(report, scale) },
    { title: 'Operations', lanes: operationLanes(report, scale) },
  ].filter(({ lanes }) => lanes.length > 0);
  let y = 0;
  const drawn = groups.flatMap(({ title, lanes }) => {
    y += size.heading;
    const heading = html`<text class="head" x="6" y="${y - 7}">${title}</text>`;
    const rows = lanes.slice(0, mostLanes).flatMap((lane) => {
      const at = y;
      y += size.lane;
      return [laneName(lane.name, at), ...lane.draw(at + 2, size.lane - 4)];
    });
    const rest = lanes.length - mostLanes;
    if (rest <= 0) return [heading, ...rows];
    y += size.lane;
    return [heading, ...rows, laneName(`and ${rest} more: see the table`, y - size.lane)];
  });
  const height = y + size.top;
  return html`<svg viewBox="0 0 ${size.width} ${height}" role="img" aria-labelledby="picture-title picture-desc">
    <title id="picture-title">${reportTitle(report)}</title>
    <desc id="picture-desc">${`${reportSummary(report).join('; ')}.`}</desc>
    ${patterns} ${axis(scale, y)} ${drawn}
  </svg>`;
}

/** Fillings, so that nothing is told by colour alone: wide lines for unknown, narrow ones for nobody or two. */
const patterns: Markup = html`<defs>
  <pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <line class="unknown-line" x1="0" x2="0" y1="0" y2="8" />
  </pattern>
  <pattern id="wrong" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
    <line class="wrong-line" x1="0" x2="0" y1="0" y2="4" />
  </pattern>
</defs>`;

function laneName(name: string, y: number): Markup {
  const { text, full } = fitText(name, font, size.left - 16);
  const title = full === undefined ? undefined : html`<title>${full}</title>`;
  return html`<text class="note" x="6" y="${y + 13}">${title}${text}</text>`;
}

function axis(scale: TimeScale, bottom: number): readonly Markup[] {
  return calendarTicks(scale).map(({ at, text }) => {
    const x = scale.x(at);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="4" y2="${bottom + 4}" /><text
        class="note"
        text-anchor="middle"
        x="${Math.min(x, size.right - 14)}"
        y="${bottom + 17}"
        >${text}</text
      >`;
  });
}

function availabilityLanes({ course, from, to }: EdgeReport, scale: TimeScale): readonly Lane[] {
  const outage = (row: AvailabilityCourse['rows'][number]): number =>
    row.steps.reduce((sum, step) => sum + step.outageMs, 0);
  // Where something failed comes first: there may be more than are drawn.
  return course.rows
    .toSorted((a, b) => outage(b) - outage(a))
    .map((row) => ({
      name: `${row.site} by ${vipInWords(row)}`,
      draw: (y, height) =>
        row.steps.flatMap((step, index) => {
          const begin = Date.parse(from) + index * course.stepMs;
          const [left, right] = [scale.x(begin), scale.x(begin + course.stepMs)];
          return stepBox(
            { ...step, share: step.knownMs / Math.min(course.stepMs, Date.parse(to) - begin) },
            { left, width: right - left, y, height, words: utcInWords(begin) },
          );
        }),
    }));
}

interface StepPlace {
  readonly left: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  /** When it was. */
  readonly words: string;
}

/** A step of an availability lane; `share` of it is known. */
interface Step {
  readonly knownMs: number;
  readonly outageMs: number;
  readonly share: number;
}

/**
 * What is known stands at the bottom as its share of the step, before lines that stand for unknown, and in it at the bottom what
 * failed; neither is so low that it is overlooked.
 */
function stepBox({ knownMs, outageMs, share }: Step, { left, width, y, height, words }: StepPlace): readonly Markup[] {
  const title = `${words}: ${knownMs === 0 ? 'unknown' : `${lengthInWords(outageMs)} of outage`}`;
  const box = (className: string, tall: number): Markup =>
    html`<rect class="${className}" x="${left}" y="${y + height - tall}" width="${width}" height="${tall}">
      <title>${title}</title>
    </rect>`;
  const known = knownMs === 0 ? 0 : Math.min(height, Math.max(6, share * height));
  const failed = outageMs === 0 ? 0 : Math.max(4, (outageMs / knownMs) * known);
  return [
    ...(share < wholeShare ? [box('unknown', height)] : []),
    ...(known === 0 ? [] : [box('up', share < wholeShare ? known : height)]),
    ...(failed === 0 ? [] : [box('down', failed)]),
  ];
}

/** A step of which so much is known is drawn whole. */
const wholeShare = 0.97;

function holderLanes(report: EdgeReport, scale: TimeScale): readonly Lane[] {
  return [...Map.groupBy(report.holders, ({ vip }) => vip)].map(([vip, spans]) => ({
    name: vip,
    draw: (y, height) => [
      ...report.unwatched.map((gap) => {
        const [left, right] = [scale.x(Date.parse(gap.from)), scale.x(endOf(gap, report))];
        return html`<rect class="unknown" x="${left}" y="${y}" width="${Math.max(0, right - left)}" height="${height}">
          <title>${`${utcInWords(gap.from)}: nobody watched`}</title>
        </rect>`;
      }),
      ...spans.map((span) => {
        const [left, right] = [scale.x(Date.parse(span.from)), scale.x(endOf(span, report))];
        const who = holderNames(span.holders);
        const kind = span.holders.length !== 1 ? 'wrong' : span.holders[0] === span.preferred ? 'home' : 'away';
        const name =
          textWidth(who, font) + 8 > right - left
            ? undefined
            : html`<text x="${left + 4}" y="${y + height - 4}">${who}</text>`;
        return html`<rect
            class="${kind}"
            x="${left}"
            y="${y}"
            width="${Math.max(1.5, right - left)}"
            height="${height}"
          >
            <title>${`${utcInWords(span.from)}: ${who}`}</title></rect
          >${name}`;
      }),
    ],
  }));
}

function problemLanes(report: EdgeReport, scale: TimeScale): readonly Lane[] {
  const groups = [...Map.groupBy(report.problems, ({ code, subject }) => `${subject}: ${code}`)];
  const worst = (spans: readonly ProblemSpan[]): number => (spans.some(({ severity }) => severity === 'error') ? 0 : 1);
  return groups
    .toSorted(([, a], [, b]) => worst(a) - worst(b))
    .map(([name, spans]) => ({
      name,
      draw: (y, height) =>
        spans.map((span) => {
          const [left, right] = [scale.x(Date.parse(span.from)), scale.x(endOf(span, report))];
          return html`<rect
            class="${span.severity}"
            x="${left}"
            y="${y + 2}"
            width="${Math.max(2, right - left)}"
            height="${height - 4}"
          >
            <title>${`${utcInWords(span.from)}: ${span.text}`}</title>
          </rect>`;
        }),
    }));
}

function operationLanes({ operations }: EdgeReport, scale: TimeScale): readonly Lane[] {
  return operations.map(({ at, title }) => ({
    name: title,
    draw: (y, height) => {
      const x = scale.x(Date.parse(at));
      return [
        html`<line class="mark" x1="${x}" x2="${x}" y1="${y}" y2="${y + height}">
          <title>${`${utcInWords(at)}: ${title}`}</title>
        </line>`,
      ];
    },
  }));
}
