import type { Site } from '../model/model.ts';
import { comment, directive } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { desiredFile } from './make-file.ts';
import type { NginxFeatures } from './nginx-features.ts';
import { ticketPath, tlsPaths } from './nginx-paths.ts';
import type { RenderInput } from './render-input.ts';

/** Mozilla's "intermediate" list, guideline 6.0, without finite-field DH. TLS 1.3 has its own suites. */
const ciphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** TLS as all servers have it, the refusing ones too: a session must resume whichever server it began on. */
export function tlsDefaults(input: RenderInput, features: NginxFeatures): readonly NginxNode[] {
  return [
    comment('TLS: Mozilla intermediate. The ticket keys are the same on every balancer; the first encrypts.'),
    directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3'),
    directive('ssl_ciphers', ciphers.join(':')),
    directive('ssl_ecdh_curve', features.curves),
    directive('ssl_prefer_server_ciphers', 'off'),
    directive('ssl_session_cache', 'shared:evenkeel_sessions:20m'),
    directive('ssl_session_timeout', '1d'),
    directive('ssl_session_tickets', 'on'),
    ...input.ticketKeys.map((_key, index) => directive('ssl_session_ticket_key', ticketPath(index + 1))),
    // A ticket works on every balancer, but each would accept the same early data once.
    directive('ssl_early_data', 'off'),
    directive('ssl_buffer_size', '4k'),
  ];
}

/** A site's certificate and key, as its server names them. */
export function siteCertificate(site: Site): readonly NginxNode[] {
  const paths = tlsPaths(site.name);
  return [directive('ssl_certificate', paths.chain), directive('ssl_certificate_key', paths.key)];
}

/** The files behind `siteCertificate`. */
export function certificateFiles(input: RenderInput, host: string, site: Site): readonly DesiredFile[] {
  const certificate = input.certificates.get(site.name);
  if (certificate === undefined) throw new Error(`no certificate for the site ${site.name}`);
  const paths = tlsPaths(site.name);
  return [
    desiredFile({
      host,
      path: paths.chain,
      content: certificate.chainPem,
      activates: 'nginx',
      why: `certificate of ${site.name} and its chain`,
    }),
    desiredFile({
      host,
      path: paths.key,
      content: certificate.keyPem,
      activates: 'nginx',
      visibility: 'secret',
      why: `private key of ${site.name}`,
    }),
  ];
}

/** The session ticket keys, the same on every balancer. */
export function ticketFiles(input: RenderInput, host: string): readonly DesiredFile[] {
  return input.ticketKeys.map((key, index) =>
    desiredFile({
      host,
      path: ticketPath(index + 1),
      content: key,
      activates: 'nginx',
      visibility: 'secret',
      why: index === 0 ? 'session ticket key that encrypts' : 'session ticket key that is still accepted',
    }),
  );
}
