import { decodeFrames } from './frames.ts';
import type { Command, CommandOutcome } from './host.ts';

/**
 * Runs commands at the same time. In: seconds, count, then for each its number of words and the words. Out for each: exit code,
 * standard output, standard error. A command that is still running after these seconds is killed with its children: 124, as
 * timeout(1) says. Perl for the reasons in `remote-files.ts`; the outputs go to files without a name, so no pipe can fill up.
 */
export const runAllScript = String.raw`
use strict; binmode STDIN; binmode STDOUT;
sub take {
  my ($length, $bytes) = ($_[0], '');
  while (length $bytes < $length) {
    read(STDIN, $bytes, $length - length $bytes, length $bytes) or die "the connection ended in the middle of the commands\n";
  }
  return $bytes;
}
sub field { return take(unpack 'N', take(4)) }
my ($seconds, $count) = (field(), field());
my @commands = map { [map { field() } 1 .. field()] } 1 .. $count;
my (%alive, @runs, $over);
for my $words (@commands) {
  open(my $out, '+>', undef) or die "$!\n";
  open(my $err, '+>', undef) or die "$!\n";
  my $pid = fork() // die "$!\n";
  if (!$pid) {
    setpgrp;
    open(STDIN, '<', '/dev/null'); open(STDOUT, '>&', $out); open(STDERR, '>&', $err);
    { no warnings; exec { $words->[0] } @$words }
    print STDERR "$words->[0]: not found\n";
    require POSIX; POSIX::_exit(127);
  }
  $alive{$pid} = 1;
  push @runs, [$pid, $out, $err, 0];
}
$SIG{ALRM} = sub { $over = 1; kill 'KILL', map { (-$_, $_) } keys %alive };
alarm $seconds;
for my $run (@runs) {
  1 while waitpid($run->[0], 0) != $run->[0];
  $run->[3] = $? & 127 ? ($over ? 124 : 128 + ($? & 127)) : $? >> 8;
  delete $alive{$run->[0]};
}
alarm 0;
for my $run (@runs) {
  my (undef, $out, $err, $code) = @$run;
  for my $text ($code, map { local $/; seek $_, 0, 0; scalar(<$_>) // '' } $out, $err) {
    print pack('N', length $text), $text;
  }
}
`;

/** What `runAllScript` reads. `seconds` is a whole number. */
export function runAllInput(commands: readonly Command['argv'][], seconds: number): readonly string[] {
  return [String(seconds), String(commands.length), ...commands.flatMap((argv) => [String(argv.length), ...argv])];
}

/** What `runAllScript` printed, as outcomes in the order asked. */
export function runAllOutcomes(stdout: Uint8Array): readonly CommandOutcome[] {
  const fields = decodeFrames(stdout).map((bytes) => Buffer.from(bytes).toString());
  return Array.from({ length: fields.length / 3 }, (_, index) => {
    const [exitCode, out = '', err = ''] = fields.slice(index * 3, index * 3 + 3);
    return { exitCode: Number(exitCode), stdout: out, stderr: err };
  });
}
