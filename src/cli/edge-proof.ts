import { prove } from '../proof/prove.ts';
import { printProof } from '../report/print-proof.ts';
import { proofInWords } from '../report/proof-words.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { InvalidInput } from './run-command.ts';
import { styleFor } from './style.ts';

/**
 * Proves an edge before its hosts are looked at, and says in a line what is promised. An edge that can't fail over is
 * printed with its reasons and ends the command with `InvalidInput`: it is the file that is wrong, and nothing was
 * touched. The reference profile is what it is; only the lab gets it.
 */
export function assertProved(
  context: Pick<CliContext, 'emit' | 'printError' | 'terminal'>,
  edge: Pick<Edge, 'model'>,
): void {
  if (edge.model.profile === 'reference') return;
  const proof = prove(edge.model);
  if (proof.refusals.length > 0) {
    context.printError(printProof(proof, styleFor(context)));
    throw new InvalidInput();
  }
  context.emit({ code: 'note', level: 'info', data: { text: `proof: ${proofInWords(proof)}` } });
}
