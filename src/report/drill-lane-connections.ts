import { counted } from '../base/counted.ts';
import type { DrillTimeline } from '../facts/drill-report.ts';
import { laneLabel } from './drill-lane.ts';
import type { Lane } from './drill-lane.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { TimeScale } from './time-scale.ts';

type Connection = DrillTimeline['connections'][number];

/** Rows of bars at most. More connections at once share the last row, those that broke drawn over the others. */
const mostRows = 14;

/**
 * The long connections of one stream, each a bar from its start to its end: whole ones are plain, broken ones end in a
 * cross, corrupt ones are hatched and end in a cross.
 */
export function connectionLane(stream: string, connections: readonly Connection[]): Lane {
  const rows = inRows(connections);
  const pitch = rows.length > 6 ? 8 : 11;
  return {
    height: Math.max(28, rows.length * pitch + 8),
    draw: (y, scale) =>
      html`<g
        >${laneLabel(y + 13, stream, summary(connections))}${rows.flatMap((row, index) =>
          // Broken ones last, so that nothing lies over their crosses.
          row
            .toSorted((a, b) => Number(a.result !== 'whole') - Number(b.result !== 'whole'))
            .map((connection) => bar(connection, { y: y + 4 + index * pitch, height: pitch - 4 }, scale)),
        )}</g
      >`,
  };
}

function summary(connections: readonly Connection[]): string {
  const count = (result: Connection['result']): number =>
    connections.filter((connection) => connection.result === result).length;
  const words = (['whole', 'broken', 'corrupt'] as const).filter((result) => count(result) > 0);
  return words.length === 0 ? 'none' : words.map((result) => `${count(result)} ${result}`).join(', ');
}

/** Puts each connection into the first row that is free by then. */
function inRows(connections: readonly Connection[]): readonly (readonly Connection[])[] {
  const rows: Connection[][] = [];
  for (const connection of connections.toSorted((a, b) => a.from - b.from)) {
    const free = rows.find((row) => (row.at(-1)?.to ?? 0) <= connection.from);
    if (free !== undefined) free.push(connection);
    else if (rows.length < mostRows) rows.push([connection]);
    else rows.at(-1)?.push(connection);
  }
  return rows;
}

function bar(
  { from, to, result }: Connection,
  place: { readonly y: number; readonly height: number },
  scale: TimeScale,
): Markup {
  if (to < scale.from || from > scale.to) return html``;
  const [left, right] = [scale.x(from), scale.x(to)];
  const { y, height } = place;
  const rect = html`<rect
    class="connection ${result}"
    x="${left}"
    y="${y}"
    width="${Math.max(1.5, right - left - 1)}"
    height="${height}"
  />`;
  if (result === 'whole' || to > scale.to) return rect;
  const middle = y + height / 2;
  return html`${rect}<path class="cross" d="M${right - 4} ${middle - 4}l8 8m0 -8l-8 8" />`;
}

/** What the crosses say in words: `6 of 26 long connections broke`. */
export function connectionWords(
  connections: readonly { readonly opened: number; readonly broken: number; readonly corrupted: number }[],
): string {
  const sum = (pick: (each: (typeof connections)[number]) => number): number =>
    connections.reduce((all, each) => all + pick(each), 0);
  const broken = sum((each) => each.broken);
  const corrupted = sum((each) => each.corrupted);
  const opened = counted(
    sum((each) => each.opened),
    'long connection',
  );
  return `${broken} of ${opened} broke${corrupted === 0 ? '' : `, ${corrupted} brought wrong bytes`}`;
}
