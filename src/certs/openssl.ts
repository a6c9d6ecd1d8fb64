import { Fault } from '../base/fault.ts';
import { runLocal } from '../hosts/process.ts';

/** Runs `openssl` and returns its standard output. Throws `certificate-invalid` with openssl's own words when it fails. */
export async function openssl(args: readonly string[], stdin?: string): Promise<string> {
  const outcome = await runLocal({ argv: ['openssl', ...args], ...(stdin === undefined ? {} : { stdin }) });
  if (outcome.exitCode !== 0) {
    throw new Fault({
      code: 'certificate-invalid',
      message: `openssl ${args[0] ?? ''} failed`,
      command: ['openssl', ...args],
      said: outcome.stderr.trim(),
    });
  }
  return outcome.stdout;
}
