import { openDrillHistory } from '../../src/store/drill-history.ts';
import { sampleFaults, sampleReport } from './drill-report-sample.ts';

/** A process of its own that keeps some drills: `node history-writer.ts PATH COUNT`. */
const [path = '', count = '1'] = process.argv.slice(2);
const report = sampleReport({ faults: sampleFaults.slice(0, 1) });
for (let number = 0; number < Number(count); number += 1) {
  const history = openDrillHistory(path);
  history.add(report);
  history.close();
}
