import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag, labFlag, labSuffixFlag, optionalText, switchFlag } from './flags.ts';

/** What `serve` may be told, as it is typed. */
export interface ServeFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly suffix?: string;
  readonly alerts: boolean;
  readonly listen: string;
  readonly name?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly withoutPlan: boolean;
  readonly printUnit: boolean;
  readonly install?: string;
  readonly remove?: string;
}

/** `evenkeel serve`: the dashboard of an edge, until Ctrl-C. */
export const serveCommand = buildCommand<ServeFlags, [], CliContext>({
  docs: {
    brief: 'Show the edge in a browser, live, with its planned operations; until Ctrl-C',
    fullDescription:
      'On loopback it prints an address with a key in it, which opens the page; the key is new at each start.\n' +
      'Elsewhere, or with a name or a certificate, it speaks TLS and asks for an account: "serve user add". Without a\n' +
      'certificate it makes one and says how it is trusted; one that was given is read again when it was renewed.\n' +
      'With --install it runs on a host of the edge, with an account and an SSH key of its own (docs/adr/0015).\n' +
      'What happens is kept beside the edge file, and the page can be scrubbed back. Serving and failover never need it.',
    customUsage: [
      '',
      '--lab',
      '--listen 127.0.0.1:8080',
      '--listen 192.0.2.7:7780 --name edge.example.org',
      '--listen [::]:443 --name edge.example.org --tls-cert edge.pem --tls-key edge.key',
      '--install dns1 --name edge.example.org',
      '--print-unit',
    ],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      suffix: labSuffixFlag,
      alerts: switchFlag('Send the alerts of a lab too; those of real hosts are always sent'),
      listen: {
        kind: 'parsed',
        parse: String,
        brief: 'Address and port; port 0 is any free one',
        default: '127.0.0.1:7780',
        placeholder: 'address',
      },
      name: {
        kind: 'parsed',
        parse: String,
        brief: 'A name or address by which browsers call it; one for each',
        optional: true,
        variadic: true,
        placeholder: 'name',
      },
      tlsCert: optionalText('A certificate with its chain, PEM; without one evenkeel makes one', 'file'),
      tlsKey: optionalText('The key of the certificate, PEM', 'file'),
      withoutPlan: switchFlag('Do not compare the hosts with the edge file: where its CA and keys are not'),
      install: optionalText('Install it on this host of the edge, as a systemd unit, and end', 'host'),
      remove: optionalText('Take it away from this host again, and end', 'host'),
      printUnit: switchFlag('Print a systemd unit that serves this on this computer, and end'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { InvalidInput, runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./place.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const { exitCodes } = await import('./context.ts');
      const { accountAccessOf, readAccess } = await import('./serve-access.ts');
      const read = readAccess(flags);
      if (!read.ok) {
        this.printError(`error: ${read.error}`);
        throw new InvalidInput();
      }
      const { access } = read.value;
      const { listen } = read.value.flags;
      const edge = await loadEdge(this, flags.file);
      if (flags.printUnit) {
        const { serveUnitHere } = await import('./serve-unit.ts');
        this.print(serveUnitHere(this, edge, { ...flags, ...read.value.flags }));
        return exitCodes.done;
      }
      const place = placeOf(flags);
      return withHealedHosts(this, { edge, place }, async (edgeHosts) => {
        const { install, remove } = flags;
        if (remove !== undefined) {
          const { removeDashboard } = await import('./install-dashboard.ts');
          return removeDashboard(this, { edge, place, edgeHosts, on: remove });
        }
        if (install !== undefined) {
          const { installDashboard } = await import('./install-dashboard.ts');
          const byAccount = accountAccessOf(read.value.flags);
          return installDashboard(this, { edge, place, edgeHosts, on: install, listen, access: byAccount });
        }
        const { startDashboard } = await import('./start-dashboard.ts');
        const dashboard = await startDashboard(this, {
          edge,
          place,
          edgeHosts,
          listen,
          access,
          plan: flags.withoutPlan ? 'unknown' : 'shown',
          alerts: place.kind === 'real' || flags.alerts ? 'send' : 'keep-silent',
        });
        this.print(`${edge.model.name} is shown at ${dashboard.url}\n${dashboard.how} Ctrl-C ends it.`);
        await dashboard.ended;
        return exitCodes.done;
      });
    });
  },
});
