import type { Command } from './host.ts';

/** Says an empty line whenever the command said nothing for so long, and ends it when it is to end itself. */
const script = String.raw`
use strict; $| = 1;
my ($seconds, @command) = @ARGV;
my $pid = open my $lines, '-|', @command or die "$command[0]: $!\n";
$SIG{TERM} = $SIG{PIPE} = sub { kill 'TERM', $pid; exit 1 };
vec(my $wanted = '', fileno $lines, 1) = 1;
while (1) {
  my $ready = $wanted;
  if (select($ready, undef, undef, $seconds) > 0) { sysread($lines, my $text, 65536) or last; print $text }
  else { print "\n" }
}
`;

/**
 * A command to be followed that is heard of at least every `seconds`: as an empty line when it has nothing to say. Silence then means that the host or
 * the way to it is gone, and nobody has to ask. Needs Perl there, which every Debian has (perl-base).
 */
export function beatingCommand(argv: Command['argv'], seconds: number): Command['argv'] {
  return ['perl', '-e', script, String(seconds), ...argv];
}
