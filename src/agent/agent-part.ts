import type { AgentConfig } from '../model/agent-config.ts';

/** Answers one ask. What it returns goes to the asker as JSON; what it throws, as words. */
export type AskHandler = (request: Readonly<Record<string, unknown>>) => unknown;

/** What a part of the agent gets. */
export interface AgentContext {
  readonly config: AgentConfig;
  /** One short line for the journal. */
  readonly log: (line: string) => void;
  /** Milliseconds of a clock that never steps and counts from an unknown start. */
  readonly now: () => number;
  /** Answers `{"ask": NAME}` from now on. Throws a plain Error when the name is taken by another part. */
  readonly register: (name: string, handler: AskHandler) => void;
  /** Says how this part is doing: any JSON. `status` shows the last word. */
  readonly report: (state: unknown) => void;
}

/** One task of the agent. It runs until the signal fires; ending or throwing before that is a failure, and it is begun again. */
export type AgentPart = (context: AgentContext, signal: AbortSignal) => Promise<void>;
