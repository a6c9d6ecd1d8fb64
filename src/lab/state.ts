import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { releases } from '../base/release.ts';
import { isLabName } from './definition.ts';
import type { LabDefinition } from './definition.ts';
import type { LabFault } from './lab-fault.ts';
import { labPaths, labsFolder } from './lab-paths.ts';

const service = z.enum(['nginx', 'keepalived', 'pdns', 'sshd', 'agent']);
const machine = z.string();

const faultSchema: z.ZodType<LabFault> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kill'), machine, service, processes: z.enum(['main', 'all']) }),
  z.object({ kind: z.enum(['hang', 'resume', 'stop', 'start']), machine, service }),
  z.object({ kind: z.enum(['power-off', 'power-on', 'link-down', 'link-up']), machine }),
  z.object({
    kind: z.enum(['partition', 'join']),
    from: machine,
    to: machine,
    direction: z.enum(['one-way', 'two-way']),
  }),
  z.object({ kind: z.enum(['gateway-down', 'gateway-up']), network: z.string() }),
]);

const text = z.string().exactOptional();

const definitionSchema: z.ZodType<LabDefinition> = z.object({
  name: z.string(),
  release: z.enum(releases),
  networks: z.array(
    z.object({
      name: z.string(),
      ipv4: text,
      ipv6: text,
      gatewayIpv4: text,
      gatewayIpv6: text,
      reserved: z.array(z.string()).exactOptional(),
    }),
  ),
  machines: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['balancer', 'nameserver', 'web', 'client']),
      interfaces: z.array(z.object({ name: z.string(), network: z.string(), addresses: z.array(z.string()) })),
      resolvers: z.array(z.string()),
      searchDomain: text,
      user: text,
      standIn: z
        .object({
          ports: z.array(z.int()),
          answers: z.array(z.object({ path: z.string(), status: z.int() })),
        })
        .exactOptional(),
    }),
  ),
});

/** What is written down about a lab, so that any later program can find, change and remove it. */
export interface LabState {
  readonly version: 1;
  /** `starting` after a crash means: half made, to be removed. */
  readonly phase: 'starting' | 'running';
  readonly definition: LabDefinition;
  /** The image's folder. */
  readonly image: string;
  /** Faults that stand. */
  readonly faults: readonly LabFault[];
}

const stateSchema: z.ZodType<LabState> = z.object({
  version: z.literal(1),
  phase: z.enum(['starting', 'running']),
  definition: definitionSchema,
  image: z.string(),
  faults: z.array(faultSchema),
});

/** The state of a lab; undefined when there is none, or when it was cut short by a crash. */
export async function readLabState(lab: string): Promise<LabState | undefined> {
  const content = await readFile(labPaths(lab).state, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  try {
    const parsed = stateSchema.safeParse(JSON.parse(content));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a lab's state, whole or not at all. */
export async function writeLabState(state: LabState): Promise<void> {
  const paths = labPaths(state.definition.name);
  await mkdir(paths.folder, { recursive: true, mode: 0o700 });
  const temporary = `${paths.state}.new`;
  await writeFile(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, paths.state);
}

/** The names of all labs that left something in the state folder, running or not. */
export async function labFolders(): Promise<readonly string[]> {
  const names = await readdir(labsFolder()).catch(() => []);
  return names.filter(isLabName).sort();
}
