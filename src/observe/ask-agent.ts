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
/** Characters of a refusal that are repeated. */
const longestRefusal = 300;

/**
 * Asks the agent on its socket, for each question one line and one line back, and prints the lines. `agent ask` does the same with a
 * Node.js of its own, which costs ten times as much of a host that is asked every few seconds; perl-base is on every Debian. Words: socket,
 * seconds for all, a file that is there when an agent is installed, questions. Ends with 127 without one, with 3 when it does not answer.
 */
const askScript = String.raw`
use strict; use IO::Socket::UNIX;
my ($path, $seconds, $installed, @questions) = @ARGV;
-e $installed or do { print STDERR "$installed: not found\n"; exit 127 };
my $silent = sub { print STDERR "the agent does not answer: $_[0]\n"; exit 3 };
$SIG{ALRM} = sub { $silent->("no answer within $seconds s") };
alarm $seconds;
my $agent = IO::Socket::UNIX->new(Peer => $path) or $silent->($!);
for my $question (@questions) {
  print $agent qq({"ask":"$question"}\n); $agent->flush;
  print <$agent> // $silent->('it closed the connection');
}
`;

/** What an agent is asked by a controller. */
export type AgentQuestion = 'status' | 'metrics' | 'backends';

/** What is run on a host to ask its agent, before the questions. */
export const askAgentArgv = ['perl', '-e', askScript, agentSocket, String(answerSeconds), agentCommand] as const;

/** What became of asking an agent. `answers`: one for each question, undefined where it refused. `reason`: why there are none. */
export type AgentAsked =
  | { readonly state: 'answered'; readonly answers: readonly unknown[]; readonly refusal: string }
  | { readonly state: 'silent' | 'missing'; readonly reason: string };

/** Asks the agent of a host several things at once, on its own socket; undefined when the host itself does not answer. */
export async function askAgentAll(host: Host, questions: readonly AgentQuestion[]): Promise<AgentAsked | undefined> {
  const asked = await ask(host, { argv: [...askAgentArgv, ...questions], timeoutMs: agentMs });
  if (asked.kind === 'silent') return undefined;
  const { exitCode, stdout, stderr } = asked.outcome;
  // sh(1): 126 and 127 are a program that can't be run or is not there.
  if (exitCode === 126 || exitCode === 127) return { state: 'missing', reason: stderr.trim() };
  if (exitCode !== 0) return { state: 'silent', reason: stderr.trim() };
  const lines = stdout.split('\n');
  const answers = questions.map((_, index) => {
    const line = parseJson(lines[index] ?? '');
    return isObject(line) && line['ok'] === true ? line['answer'] : undefined;
  });
  return { state: 'answered', answers, refusal: `the agent refused: ${stdout.trim().slice(0, longestRefusal)}` };
}

/** Asks the agent of a host how it is and what it sees; undefined when the host itself does not answer. */
export async function askAgent(host: Host): Promise<AgentAnswer | undefined> {
  const asked = await askAgentAll(host, ['status']);
  if (asked === undefined) return undefined;
  if (asked.state !== 'answered') return { ...asked, sight: nothingSeen };
  const [status] = asked.answers;
  if (status === undefined) return { state: 'silent', reason: asked.refusal, sight: nothingSeen };
  return { state: 'active', reason: '', sight: parseAgentStatus(status) };
}
