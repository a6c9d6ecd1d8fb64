/** What a shape or text stands for; the theme gives it its colours. */
export type Ink =
  | 'paper'
  | 'panel'
  | 'card'
  | 'rule'
  | 'strong'
  | 'quiet'
  | 'client'
  | 'nameserver'
  | 'balancer'
  | 'web'
  | 'vip'
  | 'network'
  | 'good'
  | 'bad';

/** A piece of a drawing. Coordinates are CSS pixels from the top left; `y` of a text is its baseline. */
export type Shape = BoxShape | TextShape | LineShape | DotShape;

export interface BoxShape {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  /** `outline` has paper inside and its colour around. */
  readonly ink: Ink;
  readonly style: 'fill' | 'outline';
}

export interface TextShape {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly font: Font;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly ink: Ink;
  /** The whole of a text that was cut; shown by the viewer on request. */
  readonly full?: string;
}

export interface LineShape {
  readonly kind: 'line';
  readonly points: readonly (readonly [number, number])[];
  readonly ink: Ink;
  readonly width: number;
  readonly stroke: 'solid' | 'dashed';
  readonly end: 'plain' | 'arrow';
}

export interface DotShape {
  readonly kind: 'dot';
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly ink: Ink;
  readonly style: 'fill' | 'outline';
}

/** How a text is set. Sizes are pixels. */
export interface Font {
  readonly size: number;
  readonly weight: 400 | 600 | 700;
  readonly family: 'text' | 'mono';
}

/** The fonts of all diagrams: five, so that rank is seen at once. */
export const fonts = {
  title: { size: 25, weight: 700, family: 'text' },
  subtitle: { size: 13, weight: 400, family: 'text' },
  heading: { size: 12, weight: 700, family: 'text' },
  name: { size: 15, weight: 600, family: 'text' },
  body: { size: 12, weight: 400, family: 'text' },
  address: { size: 12, weight: 400, family: 'mono' },
} as const satisfies Readonly<Record<string, Font>>;

/** A drawing: its shapes and the size of the sheet they lie on. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** A rectangle on the sheet. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * How wide a text can get, in pixels. The viewer's font is not known, so the widths are those of DejaVu Sans, the
 * widest of the fonts named in the drawing: nothing overlaps with any of them.
 */
export function textWidth(text: string, font: Font): number {
  if (font.family === 'mono') return Array.from(text).length * font.size * 0.61;
  let em = 0;
  for (const char of text) em += characterWidth(char);
  return em * font.size * (font.weight === 400 ? 1 : 1.12);
}

/** Widths of printable ASCII, looked up for every character of every text. */
const asciiWidths: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  measureCharacter(String.fromCharCode(code)),
);

function characterWidth(char: string): number {
  return asciiWidths[char.codePointAt(0) ?? 0] ?? measureCharacter(char);
}

function measureCharacter(char: string): number {
  if (/[ijl|.,:;'!]/.test(char)) return 0.34;
  if (/[frt()[\]\-/ ]/.test(char)) return 0.42;
  if (/[mwMW@%]/.test(char)) return 1;
  if (/[A-Z]/.test(char)) return 0.76;
  if (/[a-z0-9_*?]/.test(char)) return 0.645;
  return char.charCodeAt(0) < 0x2000 ? 0.7 : 1;
}

/** Where a text lies, by the widest estimate. */
export function textArea(shape: TextShape): Area {
  const width = textWidth(shape.text, shape.font);
  const left = shape.anchor === 'start' ? 0 : shape.anchor === 'middle' ? width / 2 : width;
  return { x: shape.x - left, y: shape.y - shape.font.size * 0.93, width, height: shape.font.size * 1.17 };
}

/** Cuts a text that would be wider than this, with an ellipsis at its end. */
export function fitText(text: string, font: Font, width: number): { readonly text: string; readonly full?: string } {
  if (textWidth(text, font) <= width) return { text };
  let kept = '';
  for (const char of text) {
    if (textWidth(`${kept}${char}…`, font) > width) break;
    kept += char;
  }
  return { text: `${kept}…`, full: text };
}

/** Breaks a text into lines no wider than this, at spaces. A single word that is wider is cut. */
export function wrapText(text: string, font: Font, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer, font) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = fitText(word, font, width).text;
  }
  return line === '' ? lines : [...lines, line];
}

/** Moves shapes. */
export function moveShapes(shapes: readonly Shape[], by: { readonly x: number; readonly y: number }): readonly Shape[] {
  return shapes.map((shape) =>
    shape.kind === 'line'
      ? { ...shape, points: shape.points.map(([x, y]) => [x + by.x, y + by.y] as const) }
      : { ...shape, x: shape.x + by.x, y: shape.y + by.y },
  );
}
