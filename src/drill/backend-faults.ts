import { seenWithinMs } from '../model/check-seen.ts';
import type { Model, Pool } from '../model/model.ts';
import type { BackendFaultKind } from '../proof/fault.ts';
import { type CommandRecipe, type CommandStep, startUnit, stopUnit } from './command-recipe.ts';
import type { DrillFault } from './drill-fault.ts';

/** What causes and heals it. */
type BackendRecipe = Pick<DrillFault, 'title' | 'cause' | 'heal' | 'lastsMs'>;

/** A web server that is there and of no use. */
export function backendFault(
  model: Model,
  { kind, backend }: { readonly kind: BackendFaultKind; readonly backend: string },
): BackendRecipe {
  const pools = model.pools.filter(({ backends }) => backends.some(({ name }) => name === backend));
  switch (kind) {
    case 'backend-hung':
      return hung(pools, backend);
    case 'backend-flapping':
      return flapping(pools, backend);
    case 'backend-wrong':
      return wrong(pools, backend);
  }
}

/** The kernel takes connections for it as long as there is room (listen(2)); nobody answers. */
function hung(pools: readonly Pool[], backend: string): BackendRecipe {
  const step = (does: 'hang' | 'resume') => ({ kind: 'service', host: backend, service: 'nginx', does }) as const;
  return {
    title: `the web server on ${backend} stands still`,
    cause: [step('hang')],
    heal: [step('resume')],
    lastsMs: seenMs(pools),
  };
}

const flappingUnit = 'evenkeel-drill-flapping.service';
/** Several turns: who flaps longer is left out longer. Milliseconds. */
const flapsMs = 12_000;

/** systemd starts nothing that was started five times in ten seconds, unless that is forgotten (StartLimitBurst=). */
const flap = `while :; do
  systemctl stop nginx.service
  sleep 1
  systemctl reset-failed nginx.service 2>/dev/null
  systemctl start nginx.service
  sleep 1
done`;

function flapping(pools: readonly Pool[], backend: string): CommandRecipe {
  const restore = 'systemctl reset-failed nginx.service 2>/dev/null; systemctl start nginx.service';
  return {
    title: `the web server on ${backend} stops and starts every second`,
    cause: [startUnit(backend, flappingUnit, ['sh', '-c', flap])],
    heal: [stopUnit(backend, flappingUnit), { kind: 'command', host: backend, argv: ['sh', '-c', restore] }],
    lastsMs: Math.max(flapsMs, seenMs(pools)),
  };
}

const wrongPath = '/etc/nginx/evenkeel-local/evenkeel-drill-wrong.conf';

/** A configuration that NGINX refuses, as when a person has that location too, is taken away again: nothing is changed then. */
const answerWrong = `mkdir -p "\${1%/*}" && printf %s "$2" >"$1" || exit 1
nginx -t -q && systemctl reload nginx.service && exit 0
rm -f "$1"
exit 1`;

const answerRight = `rm -f "$1" && systemctl try-reload-or-restart nginx.service`;

/** Nothing is a text that no check asks for. */
function wrong(pools: readonly Pool[], backend: string): CommandRecipe {
  const checks = pools.map(({ check }) => check).filter(({ body }) => body !== undefined);
  // A location has no query.
  const statuses = new Map(checks.map(({ path, statuses: [status] }) => [path.replace(/\?.*/, ''), status]));
  const locations = [...statuses].map(([path, status]) => `location = ${quoted(path)} { return ${status} ""; }\n`);
  const script = (text: string, ...words: readonly string[]): CommandStep => ({
    kind: 'command',
    host: backend,
    argv: ['sh', '-c', text, 'evenkeel-drill', wrongPath, ...words],
  });
  return {
    title: `${backend} answers its checks with the right status and without the text they want`,
    cause: [script(answerWrong, locations.join(''))],
    heal: [script(answerRight)],
    lastsMs: seenMs(pools),
  };
}

/** One word for NGINX; in a location's name `$` is no variable. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Until the checks of all of them have seen it. */
function seenMs(pools: readonly Pool[]): number {
  return Math.max(...pools.map(({ check }) => seenWithinMs(check)));
}
