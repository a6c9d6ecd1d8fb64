/** Words that begin or end a statement where a command could stand (XCU 2.4); quoted, they are only words. */
const reservedWords: ReadonlySet<string> = new Set(
  'if then else elif fi do done case esac while until for in'.split(' '),
);

/**
 * Quotes one word for a POSIX shell (XCU 2.2.2: inside single quotes every character stands for itself), so that the
 * shell reads back exactly this word; plain words stay as they are. Throws on NUL, which no argument of a process can
 * hold (execve(2)).
 */
export function quoteForShell(word: string): string {
  if (word.includes('\0')) throw new Error('a word of a command holds a NUL character');
  // `=` could make an assignment, and `~` in front a home.
  if (!reservedWords.has(word) && /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,~-]*$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Quotes the words of a command and joins them with blanks: what ssh hands to the login shell of the host. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteForShell).join(' ');
}
