import type { Balancer, Nameserver } from '../model/model.ts';
import { witnessKeyPath } from '../model/witness-paths.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, scriptPath } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import type { RenderInput } from './render-input.ts';

/** What the witness needs on a balancer or nameserver besides the agent itself: the edge's key, and the way back when the agent ends. */
export function renderWitness(input: RenderInput, host: Balancer | Nameserver): readonly DesiredFile[] {
  // The tutorial's pair, for comparison in the lab, has none of this.
  if (input.model.profile === 'reference') return [];
  const key = desiredFile({
    host: host.name,
    path: witnessKeyPath,
    content: `${Buffer.from(input.witnessKey).toString('hex')}\n`,
    // It is read once, when the agent begins: one that goes on with the old key is heard by nobody.
    activates: 'agent',
    visibility: 'secret',
    why: 'balancers and witnesses know each other by it',
  });
  if (host.kind === 'nameserver') return [key];
  return [
    key,
    desiredFile({
      host: host.name,
      path: scriptPath('agent-gone'),
      content: agentGoneScript,
      mode: 0o755,
      activates: 'none',
      why: 'an agent that has ended keeps no VIP away',
    }),
  ];
}

/** For `ExecStopPost=` of the agent's unit on a balancer; takes no input and needs no sandbox. */
export const agentGoneArgv: readonly [string] = [scriptPath('agent-gone')];

const agentGoneScript = `#!/bin/sh
# agent-gone: what the agent said of the network ends with it, and VRRP alone decides again. Run by ExecStopPost of its unit,
# after a crash too. What a person said (drain) stays.
set -eu
for file in ${hostPaths.run}/isolate ${hostPaths.blind} ${hostPaths.run}/yield-*; do
  case $file in *.* | *'*') continue ;; esac
  # Beside it and then renamed, as the agent does.
  printf '0\\n' >"$file.$$"
  mv -f "$file.$$" "$file"
done
# Left by an agent that died while it wrote.
rm -f ${hostPaths.run}/isolate.* ${hostPaths.blind}.* ${hostPaths.run}/yield-*.*
`;
