/** What the drill's target answers to, on every web server of a lab. */
export const targetPaths = {
  /** All of it. */
  prefix: '/.evenkeel-drill/',
  /** A tiny answer. */
  ok: '/.evenkeel-drill/ok',
  /** `?bytes=N&seed=S`: so many bytes of `bytePattern`. */
  download: '/.evenkeel-drill/download',
  /** Answers with the SHA-256 of what was sent, in hex. */
  upload: '/.evenkeel-drill/upload',
  /** A WebSocket that sends back every message. */
  echo: '/.evenkeel-drill/echo',
} as const;

/** The response header in which the target names its web server. */
export const serverHeader = 'Evenkeel-Drill-Server';
