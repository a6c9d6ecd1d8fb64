import type { TestProject } from 'vitest/node';
import { ignoreEvents } from '../../src/base/event.ts';
import { labDown } from '../../src/lab/lab-down.ts';
import { labOfModel } from '../../src/lab/lab-of-model.ts';
import { exampleModel } from './example-model.ts';

/** Names the lab that the tests of test/edge share, and takes it away after the last of them. The first that needs it starts it. */
export function setup(project: TestProject): () => Promise<void> {
  const suffix = `edge-${process.pid}`;
  project.provide('sharedSuffix', suffix);
  return () => labDown(labOfModel(exampleModel(), { release: 'debian13', suffix }).name, ignoreEvents);
}
