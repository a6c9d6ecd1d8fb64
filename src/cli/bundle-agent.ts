import { resolve } from 'node:path';

/**
 * The agent as one file that needs Node.js and nothing else, made from the sources below `root`. The npm package carries it
 * ready-made (tools/build.ts); a clone makes it when it is needed, by the same recipe, so both bring the same bytes. Rolldown and not Node's
 * own stripping of types: the agent is many files, which would each be one on every host, and a host would load the stripper.
 * Throws a plain Error when something would be left to import.
 */
export async function bundleAgent(root: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: resolve(root, 'src/agent/agent-main.ts'),
    cwd: root,
    platform: 'node',
    // What the agent reads of the model's files are names and types: their own imports need not come along.
    treeshake: { moduleSideEffects: (id) => id.endsWith('/agent-main.ts') },
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const [chunk, ...more] = output;
  if (more.length > 0) throw new Error('the agent must be one file');
  const foreign = chunk.imports.filter((name) => !name.startsWith('node:'));
  // It runs without a compiler (render/agent-unit.ts), and then Node's fetch, which is WebAssembly inside, is not there.
  if (/(?<![.\w])(?:fetch\(|WebAssembly\b)/.test(chunk.code))
    throw new Error('the agent must do without fetch: node:http');
  if (foreign.length > 0) throw new Error(`the agent would need ${foreign.join(', ')}`);
  return chunk.code;
}
