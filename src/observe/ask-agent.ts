import { isObject, parseJson } from '../facts/fields.ts';
import { nothingSeen, parseAgentStatus } from '../facts/status-agent.ts';
import type { AgentAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import { agentCommand, agentSocket } from '../model/agent-paths.ts';
import { ask } from './status-ask.ts';

/** Milliseconds for the whole question on a busy host. */
const agentMs = 8_000;
/** Seconds the agent may take to answer. */
const answerSeconds = 5;

/**
 * Asks the agent on its socket, one line and one line back, and prints the line. `agent ask` does the same with a Node.js of its own,
 * which costs ten times as much of a host that is asked every few seconds; perl-base is on every Debian. Words: socket, seconds,
 * a file that is there when an agent is installed. Ends with 127 without one, with 3 when it does not answer.
 */
const askScript = String.raw`
use strict; use IO::Socket::UNIX;
my ($path, $seconds, $installed) = @ARGV;
-e $installed or do { print STDERR "$installed: not found\n"; exit 127 };
my $silent = sub { print STDERR "the agent does not answer: $_[0]\n"; exit 3 };
$SIG{ALRM} = sub { $silent->("no answer within $seconds s") };
alarm $seconds;
my $agent = IO::Socket::UNIX->new(Peer => $path) or $silent->($!);
print $agent qq({"ask":"status"}\n); $agent->flush;
print <$agent> // $silent->('it closed the connection');
`;

/** What is run on a host to ask its agent. */
export const askAgentArgv = ['perl', '-e', askScript, agentSocket, String(answerSeconds), agentCommand] as const;

/** Asks the agent of a host how it is and what it sees, on its own socket; undefined when the host itself does not answer. */
export async function askAgent(host: Host): Promise<AgentAnswer | undefined> {
  const asked = await ask(host, { argv: [...askAgentArgv], timeoutMs: agentMs });
  if (asked.kind === 'silent') return undefined;
  const { exitCode, stdout, stderr } = asked.outcome;
  const silent = { state: 'silent', reason: stderr.trim(), sight: nothingSeen } as const;
  // sh(1): 126 and 127 are a program that can't be run or is not there.
  if (exitCode === 126 || exitCode === 127) return { ...silent, state: 'missing' };
  if (exitCode !== 0) return silent;
  const line = parseJson(stdout);
  if (!isObject(line) || line['ok'] !== true) return { ...silent, reason: `the agent refused: ${stdout.trim()}` };
  return { state: 'active', reason: '', sight: parseAgentStatus(JSON.stringify(line['answer'])) };
}
