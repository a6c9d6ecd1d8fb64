/**
 * The programs that read, write and remove files on a host. Perl, because `perl-base` is an essential package of Debian (the
 * system can't be without it) and it can do, in one process for any number of files, what a shell can't: exclusive creation
 * without following symlinks, exact bytes, rename(2). They are constants; all data comes on stdin as frames (`frames.ts`).
 *
 *   exit code   meaning
 *   0           done
 *   28          the disk is full (ENOSPC, EDQUOT); nothing was changed
 *   3           refused (stderr says why); nothing was changed
 *   4           refused after some files were changed already; stderr says why, stdout names the changed ones, one a line
 */
export const refusedDiskFull = 28;
export const refusedUnchanged = 3;
export const refusedHalfway = 4;

const prelude = String.raw`
use strict; use Fcntl qw(:mode O_RDONLY O_WRONLY O_CREAT O_EXCL O_NOFOLLOW O_NONBLOCK);
binmode STDIN; binmode STDOUT;
my (@staged, @made, @changed);
sub refuse {
  my ($text, $errno) = @_;
  unlink $_ for @staged;
  rmdir $_ for reverse @made;
  print STDERR "$text\n";
  if (@changed) { print "$_\n" for @changed; exit 4 }
  exit(($errno == 28 || $errno == 122) ? 28 : 3);
}
sub take {
  my ($length, $bytes) = ($_[0], '');
  while (length $bytes < $length) {
    read(STDIN, $bytes, $length - length $bytes, length $bytes) or refuse('the connection ended in the middle of the files', 0);
  }
  return $bytes;
}
sub field { return take(unpack 'N', take(4)) }
sub sync_disks {
  my %disk;
  for (@_) { my @s = stat $_; $disk{$s[0]} = $_ if @s }
  return 1 unless %disk;
  return system('sync', '-f', '--', values %disk) == 0;
}
`;

/** Reads files. In: count, then each path. Out for each: kind, mode (decimal), owner, contents or target of the link. */
export const readScript = `${prelude}${String.raw`
my (%user, %group);
sub out { print map { pack('N', length $_) . $_ } @_ }
for (1 .. field()) {
  my $path = field();
  my @s = lstat $path;
  if (!@s) {
    refuse("$path: $!", 0) unless $!{ENOENT} || $!{ENOTDIR};
    out('absent', '', '', '');
  } elsif (S_ISLNK($s[2])) {
    out('symlink', '', '', readlink $path);
  } elsif (!S_ISREG($s[2])) {
    out('other', '', '', '');
  } else {
    sysopen(my $file, $path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) or refuse("$path: $!", 0);
    binmode $file;
    local $/; local $! = 0;
    my $bytes = <$file>;
    refuse("$path: $!", 0) if !defined $bytes && $!;
    $user{$s[4]} //= getpwuid($s[4]) // $s[4];
    $group{$s[5]} //= getgrgid($s[5]) // $s[5];
    out('file', $s[2] & 07777, "$user{$s[4]}:$group{$s[5]}", $bytes // '');
  }
}
`}`;

/**
 * Writes files. In: count, then for each path, mode (decimal), owner, contents. Every file is staged beside its target as
 * `.NAME.evenkeel-new` with its owner and mode and brought to the disk; only then, and only if all have come, they are renamed.
 */
export const writeScript = `${prelude}${String.raw`
my (%user, %group, %directory, @targets);
sub make_directory {
  my $path = $_[0];
  return if $path eq '' || $directory{$path}++ || -d $path;
  make_directory($path =~ s{/[^/]*\z}{}sr);
  mkdir $path, 0755 or refuse("$path: $!", $!);
  push @made, $path;
}
for (1 .. field()) {
  my ($path, $mode, $owner, $bytes) = (field(), field(), field(), field());
  my ($user, $group) = split /:/, $owner, 2;
  $user{$user} //= $user =~ /\A\d+\z/ ? $user : getpwnam $user;
  $group{$group} //= $group =~ /\A\d+\z/ ? $group : getgrnam $group;
  refuse("$path: this host has no user $user", 0) unless defined $user{$user};
  refuse("$path: this host has no group $group", 0) unless defined $group{$group};
  my ($in, $name) = $path =~ m{\A(.*)/([^/]+)\z}s;
  make_directory($in);
  refuse("$path: is a directory", 0) if -d $path && !-l $path;
  my $stage = "$in/.$name.evenkeel-new";
  unlink $stage;
  sysopen(my $file, $stage, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600) or refuse("$path: $!", $!);
  push @staged, $stage;
  push @targets, $path;
  for (my $at = 0; $at < length $bytes; ) {
    my $wrote = syswrite $file, $bytes, length($bytes) - $at, $at;
    refuse("$path: $!", $!) unless defined $wrote;
    $at += $wrote;
  }
  chown $user{$user}, $group{$group}, $file or refuse("$path: $!", $!);
  chmod $mode, $file or refuse("$path: $!", $!);
  close $file or refuse("$path: $!", $!);
}
my @directories = map { s{/[^/]*\z}{/}sr } @targets;
sync_disks(@directories) or refuse('sync failed: the files could not be brought to the disk', 0);
while (@staged) {
  rename $staged[0], $targets[0] or refuse("$targets[0]: $!", $!);
  shift @staged;
  push @changed, shift @targets;
}
@made = ();
sync_disks(@directories) or refuse('sync failed: the renamed files may not survive a power cut', 0);
`}`;

/**
 * Removes files and what an interrupted write left beside them. In: count, then each path. A directory is refused. A
 * folder below one named `evenkeel` was made for these files (`writeScript`) and goes with the last of them; all others stay.
 */
export const removeScript = `${prelude}${String.raw`
my @paths = map { field() } 1 .. field();
for (@paths) { refuse("$_: is a directory", 0) if -d $_ && !-l $_ }
for my $path (@paths) {
  my ($in, $name) = $path =~ m{\A(.*)/([^/]+)\z}s;
  unlink "$in/.$name.evenkeel-new";
  if (unlink $path) { push @changed, $path }
  elsif (!$!{ENOENT} && !$!{ENOTDIR}) { refuse("$path: $!", $!) }
}
sync_disks(map { s{/[^/]*\z}{/}sr } @paths) or refuse('sync failed: the removed files may return after a power cut', 0);
for my $path (@paths) {
  for (my $in = $path =~ s{/[^/]*\z}{}sr; $in =~ m{/evenkeel/}; $in =~ s{/[^/]*\z}{}s) { rmdir $in or last }
}
`}`;
