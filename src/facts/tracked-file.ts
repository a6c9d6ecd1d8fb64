/** Whether a file that keepalived tracks says "out": a missing or empty one is `0` to it (trackers/track_file.c). */
export function saysOut(text: string): boolean {
  return !['', '0'].includes(text.trim());
}
