import { userInfo } from 'node:os';
import { Fault } from '../base/fault.ts';
import { makeAccountGate } from '../server/accounts/account-gate.ts';
import type { Gate } from '../server/gate.ts';
import { makeLinkGate } from '../server/link-gate.ts';
import type { ListenAt } from '../server/serve-edge.ts';
import { openAccountFile } from '../store/account-file.ts';
import { accountCount, accountsPath } from './account-file.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { urlHost } from '../base/address.ts';
import type { Access } from './serve-access.ts';
import { openServeCertificate } from './serve-certificate.ts';
import { isLoopback } from '../base/loopback.ts';
import type { Listen } from './serve-listen.ts';

/** How browsers come to a dashboard. */
export interface WayIn {
  readonly listen: ListenAt;
  readonly gate: (port: number) => Gate;
  /** What opens it, once it listens. */
  readonly url: (port: number) => string;
  /** How one comes in, in sentences. */
  readonly how: string;
  close(): void;
}

interface WayInRequest {
  readonly edge: Edge;
  readonly listen: Listen;
  readonly access: Access;
}

/** The way in that was asked for. Throws a Fault when nobody could come in, or the certificate can't serve. */
export async function openWayIn(context: CliContext, { edge, listen, access }: WayInRequest): Promise<WayIn> {
  if (access.kind === 'link') return linkWayIn(listen);
  const people = accountCount(edge);
  if (people === 0) {
    throw new Fault({
      code: 'not-found',
      message: 'nobody could sign in: there is no account yet',
      state: 'nothing listens',
      next: 'make one: evenkeel serve user add NAME --role operator',
    });
  }
  const open = () => openServeCertificate(context, { edge, access, listen });
  const { chainPem, keyPem, trust } = await open();
  const accounts = openAccountFile(accountsPath(edge));
  const [name = listen.address] = access.names;
  return {
    listen: { ...listen, names: access.names, tls: { chainPem, keyPem, renewed: open } },
    gate: (port) => makeAccountGate({ edge: edge.model.name, accounts, port, now: context.now }),
    url: (port) => `https://${urlHost(name)}${port === 443 ? '' : `:${port}`}/`,
    how: `Who has an account signs in there: ${people === 1 ? 'one has' : `${people} have`}.${trust === undefined ? '' : `\n${trust}.`}`,
    close: () => accounts.close(),
  };
}

function linkWayIn(listen: Listen): WayIn {
  if (!isLoopback(listen.address)) throw new Error('a link is for loopback');
  const link: { path: string } = { path: '' };
  return {
    listen: { ...listen, names: [], tls: undefined },
    gate: (port) => {
      const gate = makeLinkGate({ operator: userInfo().username, port });
      link.path = gate.path;
      return gate;
    },
    url: (port) => `http://${urlHost(listen.address)}:${port}${link.path}`,
    how: 'The key in it is for you alone.',
    close: () => undefined,
  };
}
