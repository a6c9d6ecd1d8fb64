/** What a line of mmdebstrap's verbose output says about how far the build is. */
export interface ImageProgress {
  readonly note: string;
  readonly done?: number;
  readonly total?: number;
}

/** How long a line of progress may be. */
const noteLength = 70;

/** Makes a reader of mmdebstrap's lines. It counts packages, so it is made anew for each build. */
export function imageProgress(): (line: string) => ImageProgress | undefined {
  let total = 0;
  let unpacked = 0;
  let configured = 0;
  return (line) => {
    const stage = /^I: (.*)$/.exec(line)?.[1];
    if (stage !== undefined) return { note: stage.slice(0, noteLength) };
    const announced = /(\d+) newly installed/.exec(line)?.[1];
    if (announced !== undefined) total += Number(announced);
    const fetched = /^Get:\d+ \S+ \S+ \S+ (\S+) \S+ \S+ \[/.exec(line)?.[1];
    if (fetched !== undefined) return { note: `downloading ${fetched}` };
    const unpacking = /^Unpacking (\S+)/.exec(line)?.[1];
    const setting = /^Setting up (\S+)/.exec(line)?.[1];
    if (unpacking !== undefined) unpacked += 1;
    if (setting !== undefined) configured += 1;
    const name = unpacking ?? setting;
    if (name === undefined) return undefined;
    const note = `${unpacking === undefined ? 'setting up' : 'unpacking'} ${name.replace(/:.*$/, '')}`;
    // Each package is unpacked and set up; apt announces both rounds of installation one after the other.
    const done = unpacked + configured;
    return total * 2 >= done ? { note, done, total: total * 2 } : { note };
  };
}

/** Whether a tool's words mean that the disk is full (ENOSPC, EDQUOT). */
export function saysDiskFull(text: string): boolean {
  return /no space left on device|disk quota exceeded|not enough free space|You don't have enough free space/i.test(
    text,
  );
}
