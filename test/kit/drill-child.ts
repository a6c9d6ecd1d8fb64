import type { DrillFault } from '../../src/drill/drill-fault.ts';
import { journaled, openJournal } from '../../src/drill/journal.ts';
import { tallyCauser } from './tally-causer.ts';

// A drill of its own, so that a test can kill it: causes a fault in the state directory of its first argument and stays.
const [, , directory = '', text = ''] = process.argv;
const fault: DrillFault = JSON.parse(text);
const journal = await openJournal(directory, { kind: 'real' });
await journaled(tallyCauser(`${directory}/tally`), journal).cause(fault);
console.log('caused');
setInterval(() => undefined, 1000);
