import type { NginxMetrics } from '../../facts/agent-metrics.ts';

/** What NGINX's own seven numbers say. */
export type StubStatus = Pick<NginxMetrics, 'connections' | 'accepted' | 'handled' | 'requests'>;

/** Reads what `stub_status` prints (ngx_http_stub_status_module). Throws a plain Error when it is something else. */
export function parseStubStatus(text: string): StubStatus {
  const [, accepted, handled, requests] = /^ *(\d+) (\d+) (\d+) *$/m.exec(text) ?? [];
  const [, reading, writing, waiting] = /^Reading: (\d+) Writing: (\d+) Waiting: (\d+)/m.exec(text) ?? [];
  if (accepted === undefined || reading === undefined) throw new Error('the seven numbers of NGINX are not there');
  return {
    connections: { reading: Number(reading), writing: Number(writing), waiting: Number(waiting) },
    accepted: Number(accepted),
    handled: Number(handled),
    requests: Number(requests),
  };
}
