/** What a room may import besides `base` and itself; `node` lists the built-in modules it may use. */
export interface Room {
  readonly rooms: readonly string[] | 'any';
  readonly node: readonly string[] | 'any';
}

const none: readonly string[] = [];
/** Pure rooms may hash and compare bytes; they know no clock, disk, process or network. */
const pure = ['node:crypto', 'node:buffer'];

/** The only rooms that may import a package: leaving it then means changing one room (docs/dependencies.md). */
export const packageRooms: Readonly<Record<string, readonly string[]>> = {
  '@hono/node-server': ['server'],
  '@hono/node-server/conninfo': ['server'],
  '@stricli/core': ['cli'],
  diff: ['plan'],
  execa: ['hosts'],
  hono: ['server'],
  'hono/streaming': ['server'],
  'hono/cookie': ['server'],
  'hono/body-limit': ['server'],
  'ipaddr.js': ['base'],
  rolldown: ['cli'],
  yaml: ['spec'],
  zod: ['spec', 'lab'],
};

/** The house: docs/architecture.md says what lives in each room. */
export const rooms: Readonly<Record<string, Room>> = {
  base: { rooms: none, node: pure },
  spec: { rooms: none, node: pure },
  model: { rooms: ['spec'], node: pure },
  proof: { rooms: ['model'], node: pure },
  syntax: { rooms: none, node: pure },
  render: { rooms: ['model', 'syntax'], node: pure },
  facts: { rooms: ['syntax'], node: pure },
  plan: { rooms: ['model', 'render', 'facts'], node: pure },
  report: { rooms: ['model', 'proof', 'plan', 'facts'], node: pure },
  hosts: { rooms: none, node: 'any' },
  observe: { rooms: ['hosts', 'facts', 'model'], node: 'any' },
  apply: { rooms: ['hosts', 'observe', 'plan', 'render', 'facts', 'model'], node: 'any' },
  agent: { rooms: ['model', 'facts'], node: 'any' },
  moves: { rooms: ['hosts', 'observe', 'facts', 'model', 'render'], node: 'any' },
  certs: { rooms: ['hosts'], node: 'any' },
  lab: { rooms: ['hosts', 'model'], node: 'any' },
  drill: { rooms: ['hosts', 'observe', 'apply', 'lab', 'proof', 'facts', 'model', 'spec'], node: 'any' },
  store: { rooms: ['facts', 'report'], node: 'any' },
  server: { rooms: 'any', node: 'any' },
  cli: { rooms: 'any', node: 'any' },
};
