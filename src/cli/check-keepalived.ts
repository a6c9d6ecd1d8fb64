import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readKeepalivedFile } from '../facts/keepalived-file.ts';
import type { ProofDetail } from '../report/print-proof.ts';
import { printProof } from '../report/print-proof.ts';
import { proofJson } from '../report/proof-json.ts';
import { joinLines, wrapWords } from '../report/text-lines.ts';
import { type CliContext, exitCodes } from './context.ts';
import type { KeepalivedArgument } from './keepalived-argument.ts';
import { type BalancerFile, provePair } from './keepalived-pair.ts';
import { styleFor } from './style.ts';

/** Proves keepalived.conf files of balancers that belong together, without an edge file. Returns the exit code. */
export async function checkKeepalived(
  context: CliContext,
  given: readonly KeepalivedArgument[],
  { json, detail }: { readonly json: boolean; readonly detail: ProofDetail },
): Promise<number> {
  const wrong: string[] = [];
  const files: BalancerFile[] = [];
  for (const { balancer, path } of given) {
    const read = readKeepalivedFile(await readFile(resolve(context.cwd, path), 'utf8'));
    if (!read.ok) wrong.push(`${path}: ${read.error}`);
    else if (files.some((each) => each.balancer === balancer)) wrong.push(`${balancer} was given twice`);
    else files.push({ balancer, file: read.value });
  }
  if (given.length < 2)
    wrong.push('one file alone fails over to nobody: give --keepalived for each balancer of the pair');
  if (wrong.length > 0) {
    for (const text of wrong) context.printError(`error: ${text}`);
    return exitCodes.usage;
  }
  const { proof, mismatches, assumptions, advice } = provePair(files);
  const ok = proof.refusals.length === 0 && mismatches.length === 0;
  if (json) {
    context.print(
      JSON.stringify(
        { version: 1, ok, mismatches, assumptions, advice, proof: proofJson(proof, detail) },
        undefined,
        2,
      ),
    );
  } else {
    const style = styleFor(context);
    const words = (text: string, first: string): readonly string[] =>
      wrapWords(text.split(' '), { separator: ' ', first });
    // Routers that do not hear each other have no promise worth reading.
    if (mismatches.length > 0) context.print(joinLines([mismatches.flatMap((text) => words(text, 'refused  '))]));
    else context.print(printProof(proof, style, detail));
    const assumed = assumptions.flatMap((text) => words(text, 'assumed  ')).map((line) => style('quiet', line));
    if (assumed.length > 0) context.print(`\n${assumed.join('\n')}`);
    const advised = mismatches.length > 0 ? [] : advice.flatMap((text) => words(text, 'advice   '));
    if (advised.length > 0) context.print(`\n${advised.join('\n')}`);
  }
  return ok ? exitCodes.done : exitCodes.usage;
}
