/**
 * Logs a trouble when it begins or its words change, and not each time it is met. The empty text ends it; the next one is said
 * again, also with the same words.
 */
export function sayOnce(log: (line: string) => void): (words: string) => void {
  let said = '';
  return (words) => {
    if (words !== said && words !== '') log(words);
    said = words;
  };
}
