import type { AlertKind, AlertSeverity, MailTls } from '../spec/alerts-spec.ts';

export { alertKinds } from '../spec/alerts-spec.ts';
export type { AlertKind, AlertSeverity, MailTls } from '../spec/alerts-spec.ts';

/** Who is told when something is wrong, with all defaults. Durations are milliseconds. */
export interface AlertSettings {
  /** How long each kind lasts before it is told. */
  readonly afterMs: Readonly<Record<AlertKind, number>>;
  /** After so long what goes on is told again. */
  readonly repeatMs: number;
  /** In the order of the file. None: nothing is sent. */
  readonly receivers: readonly AlertReceiver[];
}

/** One receiver. Files are paths as written, relative to the edge file; what is in them is no part of a model. */
export interface AlertReceiver {
  readonly name: string;
  /** The least that it is told. */
  readonly severity: AlertSeverity;
  readonly way: WebhookWay | MailWay | CommandWay;
}

/** JSON by POST. */
export interface WebhookWay {
  readonly kind: 'webhook';
  readonly url: { readonly kind: 'given'; readonly url: string } | { readonly kind: 'file'; readonly file: string };
  readonly header: { readonly name: string; readonly file: string } | undefined;
  readonly ca: string | undefined;
  /** Plain HTTP to elsewhere than this computer is wanted. */
  readonly insecure: boolean;
}

/** Mail through a server. */
export interface MailWay {
  readonly kind: 'mail';
  readonly to: readonly string[];
  readonly from: string;
  readonly host: string;
  readonly port: number;
  readonly tls: MailTls;
  readonly login: { readonly user: string; readonly passwordFile: string } | undefined;
  readonly ca: string | undefined;
}

/** A program that gets the JSON on standard input. */
export interface CommandWay {
  readonly kind: 'command';
  readonly argv: readonly [string, ...string[]];
}

/** How long each kind lasts before it is told, unless the file says otherwise. Milliseconds. */
export const defaultAfterMs: Readonly<Record<AlertKind, number>> = {
  vip: 2_000,
  preferred: 600_000,
  host: 30_000,
  agent: 60_000,
  pool: 10_000,
  backend: 30_000,
  site: 30_000,
  nameserver: 30_000,
  certificate: 60_000,
  drift: 1_800_000,
  drill: 1_000,
  operation: 1_000,
  look: 60_000,
  history: 60_000,
  receiver: 60_000,
};

/** What goes on is told again after this, unless the file says otherwise. Milliseconds. */
export const defaultRepeatMs = 14_400_000;

/** Nobody is told. */
export const noAlerts: AlertSettings = { afterMs: defaultAfterMs, repeatMs: defaultRepeatMs, receivers: [] };
