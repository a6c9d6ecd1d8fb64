import type { LabDefinition } from '../../src/lab/definition.ts';
import { labUp } from '../../src/lab/lab-up.ts';

// A controller of its own, so that a test can kill it: brings up the lab in its first argument and prints what happens.
const definition: LabDefinition = JSON.parse(process.argv[2] ?? '');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
await labUp(definition, (event) => console.log(event.code), stop.signal).catch((error: unknown) => {
  console.log(String(error));
  process.exitCode = 1;
});
