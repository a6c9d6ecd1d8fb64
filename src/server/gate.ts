import type { Hono } from 'hono';

/** Who uses the dashboard, and what they may do: `viewer` looks, `operator` also acts. */
export interface Visitor {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

/** How a request comes in, as far as it matters for who sent it. */
export interface RequestSigns {
  /** Value of the `Cookie` header; empty when there is none. */
  readonly cookie: string;
  /** Value of the `Authorization` header; empty when there is none. */
  readonly authorization: string;
  /** `GET`, `HEAD` or `POST`. */
  readonly method: string;
  /** What is asked for, without its query: `/api/view`. */
  readonly path: string;
}

/** Decides who may come in. There are two: a link for loopback (`link-gate.ts`), accounts for everything else (`accounts/account-gate.ts`). */
export interface Gate {
  /** What it asks for: with `account` it is kept who came in, and operators may read it (`/api/audit`). */
  readonly asksFor: 'link' | 'account';
  /** Who sent a request; undefined: nobody we know. */
  visitor(signs: RequestSigns): Visitor | undefined;
  /** Ways in and out: adds its routes below `/sign-in` and `/sign-out`. */
  routes(app: Hono): void;
  /** Where a browser that nobody knows is sent, or what it is told: HTML. */
  page(): string;
}
