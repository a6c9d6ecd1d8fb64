import { fitText, fonts, moveShapes } from './diagram-scene.ts';
import type { Scene, Shape } from './diagram-scene.ts';

/** A4 landscape at 96 pixels to the inch. */
const a4 = { width: 1122.5, height: 793.7 } as const;
const margin = 42;
const headHeight = 62;

/** The width a body may have before the drawing has to shrink on paper. */
export const bodyWidth = a4.width - 2 * margin;

/** A body of shapes that starts at 0, 0. */
export interface Body {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** How many times larger than A4 the sheet of a body has to be; 1 when it fits. */
export function sheetScale(body: { readonly width: number; readonly height: number }): number {
  const width = body.width + 2 * margin;
  const height = body.height + headHeight + 2 * margin;
  return Math.max(1, width / a4.width, height / a4.height);
}

/** The width a body can have on a sheet this many times larger than A4. */
export function roomOnSheet(scale: number): number {
  return a4.width * scale - 2 * margin;
}

/**
 * Puts a body on a sheet of A4's shape, under its title. A body that is too large gets a larger sheet, so it is printed
 * smaller and never cut.
 */
export function makeSheet(body: Body, head: { readonly title: string; readonly subtitle: string }): Scene {
  const scale = sheetScale(body);
  const width = a4.width * scale;
  const height = a4.height * scale;
  const free = { x: width - 2 * margin - body.width, y: height - 2 * margin - headHeight - body.height };
  const room = width - 2 * margin;
  const heading: readonly Shape[] = [
    {
      kind: 'text',
      x: margin,
      y: margin + 20,
      font: fonts.title,
      anchor: 'start',
      ink: 'strong',
      ...fitText(head.title, fonts.title, room),
    },
    {
      kind: 'text',
      x: margin,
      y: margin + 42,
      font: fonts.subtitle,
      anchor: 'start',
      ink: 'quiet',
      ...fitText(head.subtitle, fonts.subtitle, room),
    },
  ];
  return {
    width,
    height,
    shapes: [...heading, ...moveShapes(body.shapes, { x: margin + free.x / 2, y: margin + headHeight + free.y / 2 })],
  };
}
