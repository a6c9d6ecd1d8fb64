import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag, labFlag, labSuffixFlag, switchFlag } from './flags.ts';
import { readListen } from './serve-listen.ts';

/** What `serve` may be told. */
export interface ServeFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly suffix?: string;
  readonly alerts: boolean;
  readonly listen: { readonly address: string; readonly port: number };
}

/** `evenkeel serve`: the dashboard of an edge, until Ctrl-C. */
export const serveCommand = buildCommand<ServeFlags, [], CliContext>({
  docs: {
    brief: 'Show the edge in a browser, live, with its planned operations; until Ctrl-C',
    fullDescription:
      'Prints an address with a key in it, which opens the page; the key is new at each start. Listens on loopback alone.\n' +
      'What happens is kept beside the edge file, and the page can be scrubbed back. Serving and failover never need it.',
    customUsage: ['', '--lab', '--listen 127.0.0.1:8080'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      suffix: labSuffixFlag,
      alerts: switchFlag('Send the alerts of a lab too; those of real hosts are always sent'),
      listen: {
        kind: 'parsed',
        parse: readListen,
        brief: 'Address and port; port 0 is any free one',
        default: '127.0.0.1:7780',
        placeholder: 'address',
      },
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./edge-hosts.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const { startDashboard } = await import('./start-dashboard.ts');
      const { exitCodes } = await import('./context.ts');
      const edge = await loadEdge(this, flags.file);
      const place = placeOf(flags);
      return withHealedHosts(this, { edge, place }, async (edgeHosts) => {
        const dashboard = await startDashboard(this, {
          edge,
          place,
          edgeHosts,
          listen: flags.listen,
          alerts: place.kind === 'real' || flags.alerts ? 'send' : 'keep-silent',
        });
        this.print(`${edge.model.name} is shown at ${dashboard.url}\nThe key in it is for you alone. Ctrl-C ends it.`);
        await dashboard.ended;
        return exitCodes.done;
      });
    });
  },
});
