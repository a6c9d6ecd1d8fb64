/** What a line that begins a section starts with; the observing script prints it, nothing on a host does. */
export const sectionMark = '@@evenkeel ';

/** Splits the output of the observing script into its sections, by name. */
export function splitSections(text: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  for (const part of `\n${text}`.split(`\n${sectionMark}`).slice(1)) {
    const end = part.indexOf('\n');
    sections.set(end < 0 ? part : part.slice(0, end), end < 0 ? '' : part.slice(end + 1));
  }
  return sections;
}
