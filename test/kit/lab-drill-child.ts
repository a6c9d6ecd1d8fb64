import { drillFaults } from '../../src/drill/drill-faults.ts';
import { journaled, openJournal } from '../../src/drill/journal.ts';
import { labCauser } from '../../src/drill/lab-causer.ts';
import { exampleModel } from './example-model.ts';

// A drill of its own, so that a test can kill it: causes a fault of the example in a lab, and stays.
const [, , directory = '', lab = '', name = ''] = process.argv;
const model = exampleModel();
const fault = drillFaults(model).find((candidate) => candidate.name === name);
if (fault === undefined) throw new Error(`no fault ${name}`);
const journal = await openJournal(directory, { kind: 'lab', lab });
await journaled(labCauser({ model, lab, hosts: new Map() }), journal).cause(fault);
console.log('caused');
setInterval(() => undefined, 1000);
