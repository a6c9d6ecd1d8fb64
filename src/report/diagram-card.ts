import { fitText, fonts, textWidth } from './diagram-scene.ts';
import type { Area, Font, Ink, Shape } from './diagram-scene.ts';

/** A line of a card: text at the left, perhaps a mark before it and a word at the right. */
export interface CardRow {
  readonly text: string;
  readonly font: Font;
  readonly ink: Ink;
  /** A dot before the text: filled, a ring, or only the room for one. */
  readonly mark?: { readonly ink: Ink; readonly style: 'fill' | 'outline' | 'none' };
  readonly right?: string;
  readonly rightInk?: Ink;
}

/** A box with a name and what is to be said of it. */
export interface Card {
  readonly ink: Ink;
  readonly rows: readonly CardRow[];
}

/** A titled area with cards of one size in a grid. */
export interface Panel {
  readonly title: string;
  readonly note: string;
  readonly ink: Ink;
  readonly cards: readonly Card[];
}

const padding = { x: 17, y: 15 } as const;
const rowGap = 8;
const markRoom = 16;
/** Between the left and the right text of a row, at least. */
const rightGap = 18;
/** Between the cards of a panel, and around them. */
export const cardGap = 14;
/** Room for a panel's title. */
const panelHead = 34;
/** No card is wider, whatever it says; longer text is cut. */
const widestCard = 420;

/** The width a card needs. */
function cardWidth(card: Card): number {
  const widest = Math.max(0, ...card.rows.map(rowWidth));
  return Math.min(widestCard, Math.ceil(widest + 2 * padding.x));
}

function rowWidth(row: CardRow): number {
  const right = row.right === undefined ? 0 : rightGap + textWidth(row.right, fonts.body);
  return (row.mark === undefined ? 0 : markRoom) + textWidth(row.text, row.font) + right;
}

/** The height a card needs. */
function cardHeight(card: Card): number {
  const rows = card.rows.reduce((sum, row) => sum + row.font.size + rowGap, 0);
  return Math.ceil(rows - rowGap + 2 * padding.y + 2);
}

/** Draws a card in an area: a thin box with its colour as a bar at the left. */
export function drawCard(card: Card, area: Area): readonly Shape[] {
  const { x, y, width, height } = area;
  const shapes: Shape[] = [
    { kind: 'box', x, y, width, height, radius: 7, ink: 'rule', style: 'outline' },
    { kind: 'box', x, y: y + 9, width: 4, height: height - 18, radius: 2, ink: card.ink, style: 'fill' },
  ];
  let baseline = y + padding.y;
  for (const row of card.rows) {
    baseline += row.font.size;
    const left = x + padding.x + (row.mark === undefined ? 0 : markRoom);
    const inner = x + width - padding.x - left;
    // Where both do not fit, the right one keeps a third of the room and the left one the rest.
    const spare = Math.max(inner - rightGap - textWidth(row.text, row.font), inner / 3);
    const right = row.right === undefined ? undefined : fitText(row.right, fonts.body, spare);
    const rightWidth = right === undefined ? 0 : rightGap + textWidth(right.text, fonts.body);
    if (row.mark !== undefined && row.mark.style !== 'none') {
      const { ink, style } = row.mark;
      shapes.push({ kind: 'dot', x: x + padding.x + 5, y: baseline - row.font.size * 0.36, radius: 4.5, ink, style });
    }
    const room = inner - rightWidth;
    shapes.push({
      kind: 'text',
      x: left,
      y: baseline,
      font: row.font,
      anchor: 'start',
      ink: row.ink,
      ...fitText(row.text, row.font, room),
    });
    if (right !== undefined) {
      shapes.push({
        kind: 'text',
        x: x + width - padding.x,
        y: baseline,
        ...right,
        font: fonts.body,
        anchor: 'end',
        ink: row.rightInk ?? 'quiet',
      });
    }
    baseline += rowGap;
  }
  return shapes;
}

/** How a panel's cards are laid out. */
export interface PanelSize {
  readonly columns: number;
  readonly rows: number;
  readonly cardWidth: number;
  readonly cardHeight: number;
  readonly width: number;
  readonly height: number;
}

/** The size of a panel with so many columns and cards at least this wide. */
export function sizePanel(panel: Panel, columns: number, wanted = 0): PanelSize {
  const rows = Math.ceil(panel.cards.length / columns);
  const width = Math.max(wanted, minimumCardWidth(panel, columns));
  const { height } = largestCard(panel);
  return {
    columns,
    rows,
    cardWidth: width,
    cardHeight: height,
    width: columns * width + (columns + 1) * cardGap,
    height: panelHead + rows * (height + cardGap),
  };
}

/** Measured once: a panel is tried with many numbers of columns. */
const measured = new WeakMap<Panel, { readonly width: number; readonly height: number }>();

function largestCard(panel: Panel): { readonly width: number; readonly height: number } {
  const known = measured.get(panel);
  if (known !== undefined) return known;
  const width = Math.max(0, ...panel.cards.map(cardWidth));
  const size = { width, height: Math.max(0, ...panel.cards.map(cardHeight)) };
  measured.set(panel, size);
  return size;
}

function minimumCardWidth(panel: Panel, columns: number): number {
  const title = Math.min(widestCard, textWidth(panel.title, fonts.heading)) + textWidth(panel.note, fonts.body) + 24;
  const forTitle = (title - (columns - 1) * cardGap) / columns;
  return Math.ceil(Math.max(forTitle, largestCard(panel).width));
}

/** The same panel with its cards made higher, so that the panel gets this high; a lower one is left as it is. */
export function stretchPanel(size: PanelSize, height: number): PanelSize {
  const more = Math.max(0, height - size.height) / size.rows;
  return { ...size, cardHeight: size.cardHeight + more, height: size.height + more * size.rows };
}

/** Where each card of a panel lies, in their order. */
export function cardAreas(
  panel: Panel,
  size: PanelSize,
  at: { readonly x: number; readonly y: number },
): readonly Area[] {
  return panel.cards.map((_card, index) => ({
    x: at.x + cardGap + (index % size.columns) * (size.cardWidth + cardGap),
    y: at.y + panelHead + Math.floor(index / size.columns) * (size.cardHeight + cardGap),
    width: size.cardWidth,
    height: size.cardHeight,
  }));
}

/** Draws a panel with its cards. */
export function drawPanel(
  panel: Panel,
  size: PanelSize,
  at: { readonly x: number; readonly y: number },
): readonly Shape[] {
  const areas = cardAreas(panel, size, at);
  const baseline = at.y + 22;
  return [
    { kind: 'box', ...at, width: size.width, height: size.height, radius: 11, ink: 'panel', style: 'fill' },
    {
      kind: 'text',
      x: at.x + cardGap,
      y: baseline,
      ...fitText(panel.title, fonts.heading, size.width - 2 * cardGap - textWidth(panel.note, fonts.body) - rightGap),
      font: fonts.heading,
      anchor: 'start',
      ink: panel.ink,
    },
    ...(panel.note === ''
      ? []
      : [
          {
            kind: 'text' as const,
            x: at.x + size.width - cardGap,
            y: baseline,
            text: panel.note,
            font: fonts.body,
            anchor: 'end' as const,
            ink: 'quiet' as const,
          },
        ]),
    ...panel.cards.flatMap((card, index) => {
      const area = areas[index];
      return area === undefined ? [] : drawCard(card, area);
    }),
  ];
}
