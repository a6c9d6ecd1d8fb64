import { badge } from './diagram-flow-lines.ts';
import { fonts, wrapText } from './diagram-scene.ts';
import type { Ink, Shape } from './diagram-scene.ts';

interface Step {
  readonly title: string;
  readonly text: string;
  readonly ink: Ink;
}

/** What the lines from a VIP mean: as the file wants it, or as it is now. */
const holderTexts = {
  preferred: 'The holder of the VIP ends TLS. Solid: preferred. Dashed: takes over.',
  now: 'The holder of the VIP ends TLS. Solid: holds it now. Dashed: takes over.',
} as const;

/** The seven steps of a request (R11), each in a sentence. */
const steps = (holder: keyof typeof holderTexts): readonly Step[] => [
  {
    title: 'DNS query',
    text: 'A client asks a nameserver; it answers the VIPs that are alive, in changing order.',
    ink: 'nameserver',
  },
  {
    title: 'Virtual address',
    text: 'The client connects to one VIP by HTTPS; if it fails, to the next.',
    ink: 'client',
  },
  { title: 'Balancer', text: holderTexts[holder], ink: 'vip' },
  { title: 'Choice of server', text: "The pool's algorithm picks a web server that is up.", ink: 'web' },
  { title: 'HTTPS to HTTP', text: 'The request goes on as plain HTTP inside the network.', ink: 'web' },
  { title: 'Response', text: 'The web server answers the balancer.', ink: 'web' },
  { title: 'Re-encryption', text: 'The balancer encrypts the response for the client.', ink: 'balancer' },
];

const lineHeight = 15.5;
const gap = 18;

/** Draws the steps as a legend of seven columns. */
export function drawSteps(
  width: number,
  at: { readonly y: number; readonly holder: keyof typeof holderTexts },
): { readonly height: number; readonly shapes: readonly Shape[] } {
  const all = steps(at.holder);
  const column = (width - gap * (all.length - 1)) / all.length;
  const told = all.map((step) => ({ ...step, lines: wrapText(step.text, fonts.body, column) }));
  const most = Math.max(...told.map((step) => step.lines.length));
  const shapes = told.flatMap((step, index): readonly Shape[] => {
    const x = index * (column + gap);
    return [
      ...badge(index + 1, { x: x + 11, y: at.y + 11 }, step.ink),
      {
        kind: 'text',
        x: x + 28,
        y: at.y + 15.5,
        text: step.title,
        font: fonts.heading,
        anchor: 'start',
        ink: step.ink,
      },
      ...step.lines.map((text, line): Shape => ({
        kind: 'text',
        x,
        y: at.y + 40 + line * lineHeight,
        text,
        font: fonts.body,
        anchor: 'start',
        ink: 'quiet',
      })),
    ];
  });
  return { height: 32 + most * lineHeight + 6, shapes };
}
