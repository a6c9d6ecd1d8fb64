/** The files of the page. They are made once and kept in memory: nothing of the disk is ever served by its name. */
export interface Assets {
  /** The page itself: HTML. */
  readonly page: string;
  /** What it loads, by name below `/assets/`. */
  readonly files: ReadonlyMap<string, { readonly type: string; readonly text: string }>;
}
