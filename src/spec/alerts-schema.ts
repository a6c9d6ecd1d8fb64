import * as z from 'zod';
import { alertSeverities, mailTlsKinds } from './alerts-spec.ts';
import { duration, flag, text, whole } from './schema-parts.ts';
import { textKinds } from './text-kinds.ts';

/** For editors; `section-findings.ts` judges names and says what is wrong with one. */
const names = { type: 'string', pattern: textKinds.name.pattern } as const;

const severity = z.enum(alertSeverities).meta({
  title: 'a severity',
  description: 'The least that is told: `warning` is everything, `error` what makes the edge unhealthy.',
  default: 'warning',
  examples: ['error'],
});

const trusted = text('path', {
  description: "Certificates to trust instead of the system's, as PEM, relative to the edge file.",
  examples: ['certificates/mail-ca.pem'],
}).exactOptional();

const webhook = z
  .strictObject({
    url: text('webhookUrl', {
      description: 'Where the JSON document is sent by POST. One that is a secret belongs into `url-file`.',
    }).exactOptional(),
    'url-file': text('path', {
      description: 'A file of mode 0600, relative to the edge file, that holds the URL.',
      examples: ['secrets/chat-url'],
    }).exactOptional(),
    header: z
      .strictObject({
        name: text('headerName', { description: 'Name of the header.' }),
        file: text('path', {
          description: 'A file of mode 0600, relative to the edge file, that holds its value.',
          examples: ['secrets/chat-token'],
        }),
      })
      .meta({
        title: 'a header',
        description: 'A header that is sent along.',
        examples: [{ name: 'Authorization', file: 'secrets/chat-token' }],
      })
      .exactOptional(),
    ca: trusted,
    insecure: flag({ description: 'Plain HTTP to elsewhere than this computer.', default: false }).exactOptional(),
  })
  .meta({
    title: 'a webhook',
    description: 'A URL that takes JSON by POST; chat tools read its `text`.',
    examples: [{ url: 'https://chat.example.com/hooks/edge' }],
  });

const mail = z
  .strictObject({
    to: z
      .array(text('mailAddress', { description: 'A mail address.' }))
      .min(1)
      .meta({ title: 'a list of mail addresses', description: 'Who gets it.', examples: [['ops@example.com']] }),
    from: text('mailAddress', { description: 'Who it is from.', examples: ['edge@example.com'] }),
    host: text('mailHost', { description: 'The mail server, by name or address.' }),
    port: whole(1, 65535, {
      description: 'Default: 587 for `starttls`, 465 for `implicit`, 25 for `none`.',
      examples: [587],
    }).exactOptional(),
    tls: z
      .enum(mailTlsKinds)
      .meta({
        title: 'a kind of TLS',
        description: '`starttls` after the greeting, `implicit` from the first byte; `none` only to this computer.',
        default: 'starttls',
        examples: ['starttls'],
      })
      .exactOptional(),
    user: text('loginName', { description: 'Login name. Default: no login.' }).exactOptional(),
    'password-file': text('path', {
      description: 'A file of mode 0600, relative to the edge file, that holds the password of `user`.',
      examples: ['secrets/mail-password'],
    }).exactOptional(),
    ca: trusted,
    insecure: flag({
      description: '`tls: none` to elsewhere than this computer, without a login.',
      default: false,
    }).exactOptional(),
  })
  .meta({
    title: 'mail',
    description: 'Mail through a server.',
    examples: [{ to: ['ops@example.com'], from: 'edge@example.com', host: 'mail.example.com' }],
  });

const receiver = z
  .strictObject({
    webhook: webhook.exactOptional(),
    mail: mail.exactOptional(),
    command: z
      .array(text('argument', { description: 'A word of the command.' }))
      .min(1)
      .meta({
        title: 'a list of words',
        description: 'A program and its arguments; no shell. It gets the JSON document on standard input.',
        examples: [['/usr/local/bin/page', '--edge']],
      })
      .exactOptional(),
    severity: severity
      .meta({ ...severity.meta(), description: 'The least that this receiver is told. Default: that of all alerts.' })
      .exactOptional(),
  })
  .meta({
    title: 'a receiver',
    description: 'Exactly one of `webhook`, `mail` and `command`.',
    examples: [{ webhook: { url: 'https://chat.example.com/hooks/edge' } }],
  });

const after = z
  .strictObject({
    vip: duration('Two balancers hold a VIP, nobody does, or the wrong one answers.', '2s'),
    preferred: duration('A VIP is not on its preferred balancer, and no person moved it.', '10m'),
    host: duration('A host is silent, or NGINX, keepalived or PowerDNS does not run.', '30s'),
    agent: duration('An agent is silent or warns.', '1m'),
    pool: duration('No backend of a pool is up, or so few that all are used.', '10s'),
    backend: duration('A backend is down, or some balancers do not reach it.', '30s'),
    site: duration('A site fails through a VIP.', '30s'),
    nameserver: duration('Nameservers are silent, answer wrongly or do not agree.', '30s'),
    certificate: duration('A certificate ends soon, or balancers serve different ones.', '1m'),
    drift: duration('Hosts differ from the edge file.', '30m'),
    drill: duration('A drill did not keep its promise.', '1s'),
    operation: duration('A planned operation failed.', '1s'),
    look: duration('The edge can not be looked at.', '1m'),
    history: duration('Nothing can be kept in the history.', '1m'),
    receiver: duration('Another receiver takes no messages.', '1m'),
  })
  .meta({
    title: 'a map of durations by kind',
    description: 'How long each kind lasts before it is told.',
    examples: [{ backend: '5m' }],
  });

/** The shape of `alerts`. Its type is `AlertsSpec`. */
export const alertsSchema = z
  .strictObject({
    receivers: z.record(z.string(), receiver).meta({
      title: 'a map of receivers by name',
      propertyNames: names,
      description: 'Who is told, by name.',
      examples: [{ chat: { webhook: { url: 'https://chat.example.com/hooks/edge' } } }],
    }),
    after: after.exactOptional(),
    repeat: duration('After so long what goes on is told again.', '4h'),
    severity: severity.exactOptional(),
  })
  .meta({
    title: 'alerts',
    description: 'Who is told when something is wrong, and after how long. Default: nobody.',
    examples: [{ receivers: { chat: { webhook: { url: 'https://chat.example.com/hooks/edge' } } } }],
  });
