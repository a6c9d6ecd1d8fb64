/** `1 host`, `2 hosts`; `several` for nouns whose plural is not made by an `s`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
