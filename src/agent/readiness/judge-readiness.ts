/**
 * What one question to NGINX brought. `alive`: an answer, a refused handshake, or a connection that somebody closed. `silent`:
 * nothing in time. `unknown`: nobody listens, or it could not be asked.
 */
export type Answer = 'alive' | 'silent' | 'unknown';

/** What was seen right after a question. */
export interface Look {
  readonly answer: Answer;
  /** How much the processes of NGINX did so far, as words; the same words twice: nothing in between. Undefined: one wants to run, or nothing is known. */
  readonly turns: string | undefined;
  /** Whether connections wait in the queue of NGINX's socket. */
  readonly waiting: boolean;
  /** What `stateFiles.nginxVerdict` says: `0` while NGINX runs. */
  readonly runs: string;
  /** What `stateFiles.nginxAnswers` says: not `0` while NGINX hangs. */
  readonly hangs: string;
}

/** What is remembered from question to question. */
export interface ReadinessState {
  /** Questions without an answer in a row, while NGINX stood still. */
  readonly missed: number;
  /** Answers in a row. */
  readonly well: number;
  /** `turns` at the last question that was missed. */
  readonly before: string | undefined;
  /** What the verdict file said when we looked last. */
  readonly told: string;
}

/** How many in a row count. */
export interface ReadinessLimits {
  readonly fall: number;
  readonly rise: number;
}

/** A judgement: what is remembered, and what is to be written, if anything. */
export interface Judgement {
  readonly state: ReadinessState;
  readonly say: '0' | '1' | undefined;
}

/** Before the first question. */
export const firstReadiness: ReadinessState = { missed: 0, well: 0, before: undefined, told: '0' };

/**
 * Judges one question (docs/adr/0006-hung-nginx.md). Only an NGINX that stands still hangs: a busy one would be late on the next
 * balancer too.
 *
 * | answer  | NGINX since the last miss | connections wait | missed          |
 * |---------|---------------------------|------------------|-----------------|
 * | alive   | -                         | -                | 0               |
 * | unknown | -                         | -                | 0               |
 * | silent  | not known, or wants to run| -                | 0               |
 * | silent  | -                         | no (a filter)    | 0               |
 * | silent  | did something             | yes              | 1, from here on |
 * | silent  | stood still               | yes              | one more        |
 *
 * The hooks of NGINX's unit put the verdict back when NGINX stops or dies (`nginx-verdict down`): those are other processes, so
 * counting begins again. A verdict goes after `rise` answers, or when NGINX does not run: then its own file tells that.
 */
export function judgeReadiness(state: ReadinessState, look: Look, limits: ReadinessLimits): Judgement {
  const counted = count(state, look);
  const isOther = look.hangs !== state.told || look.runs !== '0';
  const missed = isOther ? 0 : counted.missed;
  const say = verdict({ ...counted, missed }, look, limits);
  return { state: { ...counted, missed, told: say ?? look.hangs }, say };
}

function count(state: ReadinessState, look: Look): ReadinessState {
  switch (look.answer) {
    case 'alive':
      return { ...state, missed: 0, well: state.well + 1 };
    case 'unknown':
      return { ...state, missed: 0, well: 0 };
    case 'silent':
      return { ...state, missed: missedOf(state, look), well: 0, before: look.turns };
  }
}

function missedOf(state: ReadinessState, look: Look): number {
  if (look.turns === undefined || !look.waiting) return 0;
  return state.missed > 0 && look.turns !== state.before ? 1 : state.missed + 1;
}

function verdict(state: ReadinessState, look: Look, limits: ReadinessLimits): '0' | '1' | undefined {
  if (look.hangs === '0') return state.missed >= limits.fall ? '1' : undefined;
  return state.well >= limits.rise || look.runs !== '0' ? '0' : undefined;
}
