import { isLoopback } from '../base/loopback.ts';
import type { MailSpec, ReceiverSpec, WebhookSpec } from '../spec/alerts-spec.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';

/** Path as written -> what is wrong with the file, as in a diagnostic. Files without an entry are well. */
export type AlertFiles = ReadonlyMap<string, { readonly message: string; readonly fix: string }>;

/** A file that a receiver needs. `secret`: nobody but its owner may read it. */
export interface AlertFile {
  readonly path: Path;
  readonly file: string;
  readonly holds: 'secret' | 'certificates';
}

/** The files that receivers need, as written. */
export function alertFilesOf({ spec }: EdgeDocument): readonly AlertFile[] {
  return Object.entries(spec.alerts?.receivers ?? {}).flatMap(([name, { webhook, mail }]) => {
    const at = ['alerts', 'receivers', name];
    const wanted: readonly (readonly [Path, string | undefined, AlertFile['holds']])[] = [
      [[...at, 'webhook', 'url-file'], webhook?.['url-file'], 'secret'],
      [[...at, 'webhook', 'header', 'file'], webhook?.header?.file, 'secret'],
      [[...at, 'webhook', 'ca'], webhook?.ca, 'certificates'],
      [[...at, 'mail', 'password-file'], mail?.['password-file'], 'secret'],
      [[...at, 'mail', 'ca'], mail?.ca, 'certificates'],
    ];
    return wanted.flatMap(([path, file, holds]) => (file === undefined ? [] : [{ path, file, holds }]));
  });
}

/** Reports receivers that say too little or two things, what would go in the clear, and files that can't be used here. */
export function checkAlerts(document: EdgeDocument, files: AlertFiles, report: Report): void {
  for (const [name, receiver] of Object.entries(document.spec.alerts?.receivers ?? {})) {
    const path = ['alerts', 'receivers', name];
    checkWays(path, receiver, report);
    if (receiver.webhook !== undefined) checkWebhook([...path, 'webhook'], receiver.webhook, report);
    if (receiver.mail !== undefined) checkMail([...path, 'mail'], receiver.mail, report);
  }
  for (const { path, file } of alertFilesOf(document)) {
    const trouble = files.get(file);
    if (trouble !== undefined) report({ code: 'EK803', path, part: 'value', ...trouble });
  }
}

function checkWays(path: Path, receiver: ReceiverSpec, report: Report): void {
  const [first, second] = (['webhook', 'mail', 'command'] as const).filter((key) => receiver[key] !== undefined);
  const name = path.at(-1);
  if (first === undefined) {
    report({
      code: 'EK801',
      path,
      part: 'key',
      message: `the receiver \`${name}\` has none of \`webhook\`, \`mail\` and \`command\``,
      fix: 'say how it is told, for example `webhook: { url: https://chat.example.com/hooks/edge }`',
    });
  } else if (second !== undefined) {
    report({
      code: 'EK801',
      path: [...path, second],
      part: 'key',
      message: `the receiver \`${name}\` has \`${first}\` and \`${second}\``,
      fix: `make two receivers of it`,
    });
  }
}

function checkWebhook(path: Path, webhook: WebhookSpec, report: Report): void {
  const { url, 'url-file': file, insecure } = webhook;
  if (url === undefined && file === undefined) {
    report({
      code: 'EK801',
      path,
      part: 'key',
      message: 'this webhook has neither `url` nor `url-file`',
      fix: 'add `url: https://...`, or `url-file` with a file that holds the URL',
    });
  }
  if (url !== undefined && file !== undefined) {
    report({
      code: 'EK801',
      path: [...path, 'url-file'],
      part: 'key',
      message: 'this webhook has `url` and `url-file`',
      fix: 'remove one of them',
    });
  }
  if (url === undefined || insecure === true || new URL(url).protocol === 'https:') return;
  if (isLoopback(new URL(url).hostname)) return;
  report({
    code: 'EK802',
    path: [...path, 'url'],
    part: 'value',
    message: 'this URL sends alerts in the clear over the network',
    fix: 'write `https://`, or add `insecure: true`',
  });
}

function checkMail(path: Path, mail: MailSpec, report: Report): void {
  const { user, 'password-file': password, tls } = mail;
  if ((user === undefined) !== (password === undefined)) {
    const [there, missing] = user === undefined ? ['password-file', 'user'] : ['user', 'password-file'];
    report({
      code: 'EK801',
      path: [...path, there],
      part: 'key',
      message: `\`${there}\` is of no use without \`${missing}\``,
      fix: `add \`${missing}\`, or remove \`${there}\``,
    });
  }
  for (const [index, address] of mail.to.entries()) {
    if (mail.to.indexOf(address) === index) continue;
    report({
      code: 'EK307',
      path: [...path, 'to', index],
      part: 'value',
      message: `\`${address}\` stands twice in this list`,
      fix: 'remove one',
    });
  }
  if (tls !== 'none') return;
  if (user !== undefined) {
    report({
      code: 'EK802',
      path: [...path, 'tls'],
      part: 'value',
      message: 'a password would go in the clear',
      fix: 'write `tls: starttls` or `tls: implicit`, or remove `user` and `password-file`',
    });
  } else if (mail.insecure !== true && !isLoopback(mail.host)) {
    report({
      code: 'EK802',
      path: [...path, 'tls'],
      part: 'value',
      message: `mail to \`${mail.host}\` would go in the clear over the network`,
      fix: 'write `tls: starttls` or `tls: implicit`, or add `insecure: true`',
    });
  }
}
