import type { Font, Ink, Scene, Shape } from './diagram-scene.ts';

/** `auto` follows the viewer (`prefers-color-scheme`). */
export type Theme = 'auto' | 'light' | 'dark';

type Palette = Readonly<Record<Ink, string>>;

/** Gentle on white paper; every ink has a contrast of 4.5:1 or more on paper, panel and card (WCAG 2.2, 1.4.3). */
const light: Palette = {
  paper: '#ffffff',
  panel: '#f4f6f8',
  card: '#ffffff',
  rule: '#c5ced8',
  strong: '#1c2733',
  quiet: '#54616f',
  client: '#4b5b6b',
  nameserver: '#6a4fa3',
  balancer: '#1f6296',
  web: '#2b7350',
  vip: '#95570c',
  network: '#7b8896',
  good: '#22703f',
  bad: '#b3261e',
};

const dark: Palette = {
  paper: '#12161b',
  panel: '#1a2027',
  card: '#222a33',
  rule: '#3b4753',
  strong: '#eef2f6',
  quiet: '#a9b5c1',
  client: '#b3c0cd',
  nameserver: '#bda7ee',
  balancer: '#86bdea',
  web: '#86cda6',
  vip: '#e8b56b',
  network: '#8b98a6',
  good: '#7fd19b',
  bad: '#ff9b92',
};

const inks: readonly Ink[] = [
  'paper',
  'panel',
  'card',
  'rule',
  'strong',
  'quiet',
  'client',
  'nameserver',
  'balancer',
  'web',
  'vip',
  'network',
  'good',
  'bad',
];

/** What a drawing is called, for people who can't see it and for the window's title. */
export interface SvgLabel {
  readonly title: string;
  readonly description: string;
}

/**
 * Prints a scene as SVG 1.1 for A4 landscape: real text, colours in one style sheet, no script, nothing fetched. Colours
 * are written out, not as CSS variables, which printers of SVG (librsvg, Inkscape) do not know.
 */
export function printSvg(scene: Scene, label: SvgLabel, theme: Theme): string {
  const { width, height } = scene;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="297mm" height="210mm" viewBox="0 0 ${show(width)} ${show(height)}">`,
    `<title id="title">${escapeXml(label.title)}</title>`,
    `<desc id="desc">${escapeXml(label.description)}</desc>`,
    `<style>${styleSheet(theme)}</style>`,
    `<rect class="fill-paper" width="${show(width)}" height="${show(height)}"/>`,
    ...scene.shapes.map(printShape),
    '</svg>',
  ].join('\n')}\n`;
}

function styleSheet(theme: Theme): string {
  const fonts = [
    `text{font-family:Inter,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}`,
    `.mono{font-family:"JetBrains Mono","SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}`,
    `.line{fill:none;stroke-linejoin:round;stroke-linecap:round}`,
    `.w600{font-weight:600}.w700{font-weight:700}`,
    `.dashed{stroke-dasharray:5 4}`,
  ].join('\n');
  switch (theme) {
    case 'light':
      return `\n${fonts}\n${colours(light)}\n`;
    case 'dark':
      return `\n${fonts}\n${colours(dark)}\n`;
    case 'auto':
      return `\n${fonts}\n${colours(light)}\n@media screen and (prefers-color-scheme:dark){\n${colours(dark)}\n}\n`;
  }
}

function colours(palette: Palette): string {
  return inks
    .map((ink) => `.fill-${ink}{fill:${palette[ink]}}.line-${ink}{stroke:${palette[ink]}}`)
    .concat(`.outline{fill:${palette.card}}`)
    .join('\n');
}

function printShape(shape: Shape): string {
  switch (shape.kind) {
    case 'box': {
      const place = `x="${show(shape.x)}" y="${show(shape.y)}" width="${show(shape.width)}" height="${show(shape.height)}" rx="${show(shape.radius)}"`;
      return `<rect class="${area(shape)}" ${place}/>`;
    }
    case 'dot':
      return `<circle class="${area(shape)}" cx="${show(shape.x)}" cy="${show(shape.y)}" r="${show(shape.radius)}"/>`;
    case 'text': {
      const anchor = shape.anchor === 'start' ? '' : ` text-anchor="${shape.anchor}"`;
      const title = shape.full === undefined ? '' : `<title>${escapeXml(shape.full)}</title>`;
      return `<text class="fill-${shape.ink}${fontClass(shape.font)}" x="${show(shape.x)}" y="${show(shape.y)}" font-size="${shape.font.size}"${anchor}>${title}${escapeXml(shape.text)}</text>`;
    }
    case 'line': {
      const dashed = shape.stroke === 'dashed' ? ' dashed' : '';
      const line = `<path class="line line-${shape.ink}${dashed}" stroke-width="${show(shape.width)}" d="${pathOf(shape.points)}"/>`;
      return shape.end === 'plain' ? line : `${line}\n${arrowHead(shape.points, shape.ink)}`;
    }
  }
}

function area(shape: { readonly ink: Ink; readonly style: 'fill' | 'outline' }): string {
  return shape.style === 'fill' ? `fill-${shape.ink}` : `outline line-${shape.ink}`;
}

function fontClass(font: Font): string {
  return `${font.family === 'mono' ? ' mono' : ''}${font.weight === 400 ? '' : ` w${font.weight}`}`;
}

/** Corners are rounded by 8 pixels, or less where a leg is shorter. */
function pathOf(points: readonly (readonly [number, number])[]): string {
  const parts = points.map(([x, y], index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (before === undefined) return `M${show(x)} ${show(y)}`;
    if (after === undefined) return `L${show(x)} ${show(y)}`;
    const [fromX, fromY] = toward([x, y], before, 8);
    const [toX, toY] = toward([x, y], after, 8);
    return `L${show(fromX)} ${show(fromY)}Q${show(x)} ${show(y)} ${show(toX)} ${show(toY)}`;
  });
  return parts.join('');
}

function toward(
  [x, y]: readonly [number, number],
  [otherX, otherY]: readonly [number, number],
  distance: number,
): readonly [number, number] {
  const length = Math.hypot(otherX - x, otherY - y);
  const share = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return [x + (otherX - x) * share, y + (otherY - y) * share];
}

/** A triangle of its own: markers do not take the colour of their line everywhere. */
function arrowHead(points: readonly (readonly [number, number])[], ink: Ink): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return '';
  const angle = Math.atan2(tip[1] - before[1], tip[0] - before[0]);
  const corner = (turn: number): string => {
    const x = tip[0] - 9 * Math.cos(angle + turn);
    const y = tip[1] - 9 * Math.sin(angle + turn);
    return `${show(x)} ${show(y)}`;
  };
  return `<path class="fill-${ink}" d="M${show(tip[0])} ${show(tip[1])}L${corner(0.45)}L${corner(-0.45)}Z"/>`;
}

function show(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
