// The agent of a balancer or nameserver. usage: node agent.mjs run | check [FILE] | ask NAME [KEY=VALUE...]
// `run` is the daemon. `check` says whether the configuration can be read. `ask` asks the daemon that runs on this host, prints its answer as JSON and
// ends with 0; 1 when it refuses, 3 when nobody answers. Needs Node.js and nothing else.
import { readFile } from 'node:fs/promises';
import { agentConfigPath } from '../model/agent-config.ts';
import { agentSocket } from '../model/agent-paths.ts';
import { failure } from '../base/result.ts';
import { isObject, parseJson } from '../facts/fields.ts';
import { agentParts } from './agent-parts.ts';
import { askOnce } from './ask-socket.ts';
import { readAgentConfig } from './read-config.ts';
import { runAgent } from './run-agent.ts';
import { tellSystemd, watchdogMs } from './tell-systemd.ts';
import { errorWords } from '../base/error-words.ts';

/** systemd does not start a unit again that ends with this (RestartPreventExitStatus=): another try reads the same file. */
const configRefused = 78;
/** Milliseconds an answer may take. */
const askMs = 5_000;

const [verb = '', ...words] = process.argv.slice(2);
process.exitCode = await main();

async function main(): Promise<number> {
  switch (verb) {
    case 'run':
      return run();
    case 'check':
      return (await readConfig(words[0] ?? agentConfigPath)) === undefined ? configRefused : 0;
    case 'ask':
      return ask();
    default:
      console.error('usage: agent run | check [FILE] | ask NAME [KEY=VALUE...]');
      return 2;
  }
}

async function run(): Promise<number> {
  const stop = new AbortController();
  // Before anything is awaited: a SIGTERM that comes early ends it as cleanly.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());
  const config = await readConfig(agentConfigPath);
  if (config === undefined) return configRefused;
  await runAgent(
    {
      config,
      parts: agentParts(config, { wallClock: Date.now, random: Math.random }),
      socketPath: agentSocket,
      log: (line) => console.log(line),
      now: () => performance.now(),
      tell: tellSystemd,
      watchdogMs: watchdogMs(process.env),
    },
    stop.signal,
  );
  return 0;
}

async function readConfig(path: string) {
  const config = await readFile(path, 'utf8').then(readAgentConfig, (error: unknown) => failure(String(error)));
  if (config.ok) return config.value;
  console.error(`${path} can't be used, so nothing is done: ${config.error}`);
  return undefined;
}

async function ask(): Promise<number> {
  const [name = 'status', ...pairs] = words;
  const fields = pairs.map((pair) => {
    const cut = pair.indexOf('=');
    return cut < 0 ? ([pair, true] as const) : ([pair.slice(0, cut), pair.slice(cut + 1)] as const);
  });
  const request = JSON.stringify({ ...Object.fromEntries(fields), ask: name });
  const line = await askOnce(agentSocket, request, askMs).catch((error: unknown) => {
    console.error(`the agent does not answer: ${errorWords(error)}`);
    return undefined;
  });
  if (line === undefined) return 3;
  const answer = parseJson(line);
  if (isObject(answer) && answer['ok'] === true) {
    console.log(JSON.stringify(answer['answer']));
    return 0;
  }
  console.error(isObject(answer) ? String(answer['error']) : line);
  return 1;
}
