import { urlHost } from '../base/address.ts';
import { Fault } from '../base/fault.ts';
import { readClientProbeLine } from '../facts/client-probe-lines.ts';
import type { Host } from '../hosts/host.ts';
import { pause } from '../hosts/pause.ts';
import { atOnce } from '../report/probe-rounds.ts';
import { isSuccess, probeTimeoutMs, type ProbeQuestion, type ProbeSource } from './probe-source.ts';

/** Until the client is asked again whose connection was lost. Milliseconds. */
const againMs = 1_000;

/**
 * Starts a curl each second and waits for none, so that slow answers delay nobody. perl-base is on every Debian, and of the two only
 * curl speaks TLS. One curl has at most 100 questions: its lines then reach the pipe in one piece (pipe(7), PIPE_BUF).
 * Words: seconds until a question is given up, questions at once, then addresses with a comma between, then for each pair the index
 * of its address and its name, `0:www.example.com`.
 */
const script = String.raw`
use strict;
my ($seconds, $at_once, $addresses, @pairs) = @ARGV;
my @address = split /,/, $addresses;
$| = 1; $SIG{CHLD} = 'IGNORE';
my ($round, $next) = (0, 0);
while (@pairs) {
  print "round $round\n" or exit;
  my $count = @pairs < $at_once ? @pairs : $at_once;
  my @now = map { ($next + $_) % @pairs } 0 .. $count - 1;
  $next = ($next + $count) % @pairs;
  while (my @part = splice @now, 0, 100) {
    my @words;
    for my $index (@part) {
      my ($which, $name) = split /:/, $pairs[$index], 2;
      my $through = $address[$which];
      push @words, '--next' if @words;
      push @words, '--silent', '--globoff', '--noproxy', '*', '--insecure', '--head', '--max-time', $seconds,
        '--user-agent', 'evenkeel-probe', '--output', '/dev/null', '--connect-to', "::$through:443",
        '--write-out', "$round $index %{exitcode} %{response_code} %{time_total}\n", "https://$name/";
    }
    my $pid = fork;
    next if !defined $pid || $pid;
    # Its picture of parallel transfers is for nobody.
    open STDERR, '>', '/dev/null';
    exec 'curl', '--disable', '--parallel', '--parallel-immediate', '--parallel-max', 100, @words or exit 127;
  }
  $round++;
  select undef, undef, undef, 1;
}
`;

/** The probe that runs on a machine on the clients' side, such as the lab's client: the VIPs of a lab can't be reached from here. */
export function probeThroughClient(client: Host): ProbeSource {
  return async (question) => {
    const { rounds, signal } = question;
    if (rounds.pairs.length === 0) return;
    while (!signal.aborted) {
      try {
        await client.follow({
          argv: probeCommand(question),
          as: 'login',
          onBegin: () => undefined,
          onLine: lineReader(question),
          signal,
        });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
      await pause(againMs, signal);
    }
  };
}

function probeCommand({ rounds: { pairs } }: ProbeQuestion): [string, ...string[]] {
  const addresses = [...new Set(pairs.map(({ address }) => address))];
  const places = new Map(addresses.map((address, index) => [address, index]));
  return [
    'perl',
    '-e',
    script,
    String(probeTimeoutMs / 1000),
    String(atOnce),
    addresses.map(urlHost).join(','),
    ...pairs.map(({ address, name }) => `${places.get(address) ?? 0}:${name}`),
  ];
}

/** Rounds whose answers may still come. */
const openRounds = 10;

/** A round's questions were asked when its line came: all machines need not have the same time. */
function lineReader({ rounds, onAnswer }: ProbeQuestion): (line: string) => void {
  const begun = new Map<number, number>();
  return (text) => {
    const line = readClientProbeLine(text);
    if (line === undefined) return;
    if (line.kind === 'round') {
      begun.set(line.round, Date.now());
      begun.delete(line.round - openRounds);
      return;
    }
    const at = begun.get(line.round);
    if (at === undefined || line.index >= rounds.pairs.length) return;
    onAnswer(line.index, { at, ok: line.exitCode === 0 && isSuccess(line.status), ms: line.ms });
  };
}
