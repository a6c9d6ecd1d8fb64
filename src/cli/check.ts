import { buildCommand } from '@stricli/core';
import { type KeepalivedArgument, parseKeepalivedArgument } from './keepalived-argument.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, switchFlag } from './flags.ts';

interface CheckFlags {
  readonly file: string;
  readonly json: boolean;
  readonly full: boolean;
  readonly keepalived?: readonly KeepalivedArgument[];
}

/** `evenkeel check`: reads the edge file, says everything that is wrong with it, and proves what every fault costs. */
export const checkCommand = buildCommand<CheckFlags, [], CliContext>({
  docs: {
    brief: 'Read the edge file, say everything that is wrong with it, and prove what every fault costs',
    fullDescription:
      'Prints the promise table: for every single fault who holds each VIP, what the nameservers answer, who is served,\n' +
      'and the longest outage with its arithmetic; then what two faults at once do. Exit code 2 when the file is wrong or\n' +
      'a single fault would leave a VIP without a working holder.',
    customUsage: ['', '--full', '-f shop/edge.yaml --json', '--keepalived lb1=lb1.conf --keepalived lb2=lb2.conf'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      json: jsonFlag,
      full: switchFlag('Every fault in a row of its own, and every pair of faults'),
      keepalived: {
        kind: 'parsed',
        parse: parseKeepalivedArgument,
        brief: 'Prove keepalived.conf files of a pair made by hand, one for each balancer, in place of an edge file',
        optional: true,
        variadic: true,
        placeholder: 'balancer=file',
      },
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const detail = flags.full ? 'full' : 'short';
      if (flags.keepalived !== undefined) {
        const { checkKeepalived } = await import('./check-keepalived.ts');
        return checkKeepalived(this, flags.keepalived, { json: flags.json, detail });
      }
      const { loadEdge, readEdge } = await import('./edge-file.ts');
      const { prove } = await import('../proof/prove.ts');
      if (flags.json) {
        const { proofJson } = await import('../report/proof-json.ts');
        const read = await readEdge(this, flags.file);
        const proof = read.ok ? proofJson(prove(read.edge.model), detail) : undefined;
        const ok = proof?.refusals.length === 0;
        this.print(JSON.stringify({ version: 1, ok, diagnostics: read.diagnostics, proof }, undefined, 2));
        return ok ? exitCodes.done : exitCodes.usage;
      }
      const { describeModel } = await import('../report/describe-model.ts');
      const { printProof } = await import('../report/print-proof.ts');
      const { styleFor } = await import('./style.ts');
      const edge = await loadEdge(this, flags.file);
      const proof = prove(edge.model);
      this.print(describeModel(edge.file, edge.model));
      this.print('');
      this.print(printProof(proof, styleFor(this), detail));
      return proof.refusals.length === 0 ? exitCodes.done : exitCodes.usage;
    });
  },
});
