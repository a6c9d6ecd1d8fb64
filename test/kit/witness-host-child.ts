// Runs the witness part of one host's agent: CONFIG KEY ROOT. A balancer writes its verdicts below ROOT and prints its state, one JSON
// object a line. Ends on SIGTERM.
import { readFileSync } from 'node:fs';
import { sightingsExchange } from '../../src/agent/sightings-exchange.ts';
import { answerClaims } from '../../src/agent/witness/answer-claims.ts';
import { guardVips } from '../../src/agent/witness/guard-vips.ts';
import { hostHands } from '../../src/agent/witness/host-hands.ts';
import { readWitnessKey } from '../../src/agent/witness/read-witness-key.ts';
import type { AgentConfig } from '../../src/model/agent-config.ts';
import { witnessPort } from '../../src/model/witness-paths.ts';

const [configPath = '', keyPath = '', root = ''] = process.argv.slice(2);
const config: AgentConfig = JSON.parse(readFileSync(configPath, 'utf8'));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const common = {
  config,
  key: await readWitnessKey(keyPath),
  boot: Date.now(),
  now: () => performance.now(),
  log: (line: string) => console.error(line),
  port: witnessPort,
};
if (config.role === 'nameserver') {
  await answerClaims(common, stop.signal);
} else {
  const hands = hostHands(config.interface);
  const below = {
    ...hands,
    writeVerdict: (path: string, verdict: '0' | '1') => hands.writeVerdict(root + path, verdict),
  };
  const report = (state: unknown): void => console.log(JSON.stringify(state));
  await guardVips({ ...common, sightings: sightingsExchange([]), hands: below, report }, stop.signal);
}
