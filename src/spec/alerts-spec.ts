/**
 * What alerts are about. `vip`: two hold one, nobody does, or the wrong one answers; `preferred`: a VIP is for long where the
 * file does not want it; `look`: the edge can't be looked at; `receiver`: a receiver of alerts takes none.
 */
export const alertKinds = [
  'vip',
  'preferred',
  'host',
  'agent',
  'pool',
  'backend',
  'site',
  'nameserver',
  'certificate',
  'drift',
  'drill',
  'operation',
  'look',
  'history',
  'receiver',
] as const;

/** One of `alertKinds`. */
export type AlertKind = (typeof alertKinds)[number];

/** How bad an alert is; an `error` is a `warning` too. */
export const alertSeverities = ['warning', 'error'] as const;

/** One of `alertSeverities`. */
export type AlertSeverity = (typeof alertSeverities)[number];

/** Who is told when something is wrong, and after how long. */
export interface AlertsSpec {
  /** By name. */
  readonly receivers: Readonly<Record<string, ReceiverSpec>>;
  /** How long each kind lasts before it is told. */
  readonly after?: { readonly [Kind in AlertKind]?: string };
  /** After so long what goes on is told again. Default 4h. */
  readonly repeat?: string;
  /** The least that is told. Default `warning`. */
  readonly severity?: AlertSeverity;
}

/** One receiver: exactly one of `webhook`, `mail` and `command`. */
export interface ReceiverSpec {
  readonly webhook?: WebhookSpec;
  readonly mail?: MailSpec;
  /** A program and its arguments; it gets the JSON document on standard input. */
  readonly command?: readonly string[];
  /** Default: that of all alerts. */
  readonly severity?: AlertSeverity;
}

/** Exactly one of `url` and `url-file`. Files are relative to the edge file and readable by their owner alone. */
export interface WebhookSpec {
  readonly url?: string;
  /** A file that holds the URL: those of chat tools are secrets. */
  readonly 'url-file'?: string;
  readonly header?: {
    readonly name: string;
    /** A file that holds its value. */
    readonly file: string;
  };
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: string;
  /** Plain HTTP to elsewhere than this computer. Default false. */
  readonly insecure?: boolean;
}

/** How mail to a server is protected. */
export const mailTlsKinds = ['starttls', 'implicit', 'none'] as const;

/** One of `mailTlsKinds`. */
export type MailTls = (typeof mailTlsKinds)[number];

export interface MailSpec {
  readonly to: readonly string[];
  readonly from: string;
  /** The mail server. */
  readonly host: string;
  /** Default: 587 for `starttls`, 465 for `implicit`, 25 for `none`. */
  readonly port?: number;
  /** Default `starttls`. */
  readonly tls?: MailTls;
  readonly user?: string;
  /** A file that holds the password. */
  readonly 'password-file'?: string;
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: string;
  /** `tls: none` to elsewhere than this computer. Default false. */
  readonly insecure?: boolean;
}
