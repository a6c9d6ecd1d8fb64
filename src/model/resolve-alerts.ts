import { type AlertKind, alertKinds, type AlertsSpec, type MailSpec, type ReceiverSpec } from '../spec/alerts-spec.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import {
  type AlertReceiver,
  type AlertSettings,
  type CommandWay,
  defaultAfterMs,
  defaultRepeatMs,
  type MailWay,
  noAlerts,
  type WebhookWay,
} from './alert-settings.ts';
import type { Report } from './findings.ts';
import { milliseconds } from './resolve-check.ts';

/** Ports of mail submission, of it over TLS (RFC 8314, section 3), and of relays. */
const mailPorts = { starttls: 587, implicit: 465, none: 25 } as const;

/** Who is told, with all defaults. What is wrong with a receiver is found by `checkAlerts`; it is then left out here. */
export function resolveAlerts({ spec }: EdgeDocument, report: Report): AlertSettings {
  const { alerts } = spec;
  if (alerts === undefined) return noAlerts;
  const entries = Object.entries(alerts.receivers);
  if (entries.length === 0) {
    report({
      code: 'EK804',
      path: ['alerts', 'receivers'],
      part: 'value',
      message: 'no receiver stands here, so nothing is sent to anybody',
      fix: 'add one, for example `chat: { webhook: { url: https://chat.example.com/hooks/edge } }`, or remove `alerts`',
    });
  }
  return {
    afterMs: afterOf(alerts),
    repeatMs: milliseconds(alerts.repeat, defaultRepeatMs),
    receivers: entries.flatMap(([name, receiver]): readonly AlertReceiver[] => {
      const way = wayOf(receiver);
      return way === undefined ? [] : [{ name, severity: receiver.severity ?? alerts.severity ?? 'warning', way }];
    }),
  };
}

function afterOf({ after }: AlertsSpec): Readonly<Record<AlertKind, number>> {
  return alertKinds.reduce((all, kind) => ({ ...all, [kind]: milliseconds(after?.[kind], all[kind]) }), defaultAfterMs);
}

function wayOf({ webhook, mail, command }: ReceiverSpec): AlertReceiver['way'] | undefined {
  if (webhook !== undefined) return webhookWay(webhook);
  if (mail !== undefined) return mailWay(mail);
  return commandWay(command);
}

function webhookWay(webhook: NonNullable<ReceiverSpec['webhook']>): WebhookWay | undefined {
  const { url, 'url-file': file } = webhook;
  const from =
    url !== undefined
      ? { kind: 'given' as const, url }
      : file !== undefined
        ? { kind: 'file' as const, file }
        : undefined;
  if (from === undefined) return undefined;
  return {
    kind: 'webhook',
    url: from,
    header: webhook.header,
    ca: webhook.ca,
    insecure: webhook.insecure ?? false,
  };
}

function mailWay(mail: MailSpec): MailWay {
  const tls = mail.tls ?? 'starttls';
  const { user, 'password-file': passwordFile } = mail;
  return {
    kind: 'mail',
    to: mail.to,
    from: mail.from,
    host: mail.host,
    port: mail.port ?? mailPorts[tls],
    tls,
    login: user === undefined || passwordFile === undefined ? undefined : { user, passwordFile },
    ca: mail.ca,
  };
}

function commandWay(command: readonly string[] | undefined): CommandWay | undefined {
  const [program, ...words] = command ?? [];
  return program === undefined ? undefined : { kind: 'command', argv: [program, ...words] };
}
