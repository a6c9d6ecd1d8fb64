import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Fault } from '../base/fault.ts';
import { makeBoard } from './board.ts';
import { type PlanLook, watchPlan } from './watch-plan.ts';

const waiting = { timeout: 20_000, interval: 5 };

function start(plan: () => Promise<PlanLook>, everyMs = 3_600_000) {
  const end = new AbortController();
  const board = makeBoard({ now: () => new Date(), keep: (events) => events.map((event, id) => ({ ...event, id })) });
  const watch = watchPlan({ board, plan, everyMs, now: () => new Date('2026-11-29T12:00:00Z'), signal: end.signal });
  onTestFinished(async () => {
    end.abort();
    await watch.ended;
  });
  const looked = (): void => board.put({ look: [{ key: 'look', state: 'fresh' }] });
  return { board, watch, looked, end };
}

const changes: PlanLook = { state: 'changes', hosts: ['lb1'], text: 'lb1 (balancer)\n  ~ /etc/nginx/nginx.conf' };

describe('what plan would change', () => {
  test('is on the board after the first look, not before', async () => {
    const plan = vi.fn(async () => Promise.resolve(changes));
    const { board, looked } = start(plan);
    expect(plan).not.toHaveBeenCalled();
    expect(board.view().pending).toMatchObject([{ state: 'unknown' }]);
    looked();
    await vi.waitFor(() => {
      expect(board.view().pending).toEqual([{ key: 'pending', at: '2026-11-29T12:00:00.000Z', ...changes }]);
    }, waiting);
    expect(plan).toHaveBeenCalledTimes(1);
  });

  test('is computed again when something was done, and by the clock', async () => {
    const plan = vi.fn(async () => Promise.resolve(changes));
    const { watch, looked } = start(plan);
    looked();
    await vi.waitFor(() => expect(plan).toHaveBeenCalledTimes(1), waiting);
    watch.hurry();
    await vi.waitFor(() => expect(plan).toHaveBeenCalledTimes(2), waiting);
    const often = vi.fn(async () => Promise.resolve(changes));
    start(often, 1).looked();
    await vi.waitFor(() => expect(often.mock.calls.length).toBeGreaterThan(3), waiting);
  });

  test('a host that can not be reached: why, and the next one tries again', async () => {
    const answers: (() => Promise<PlanLook>)[] = [
      async () => Promise.reject(new Fault({ code: 'host-unreachable', message: 'lb1 is silent', next: 'see lb1' })),
      async () => Promise.reject(Object.assign(new Error('EACCES: ca'), { syscall: 'open' })),
      async () => Promise.resolve({ state: 'nothing', hosts: [], text: '(no changes)' }),
    ];
    const { board, watch, looked } = start(async () => answers.shift()?.() ?? Promise.resolve(changes));
    looked();
    await vi.waitFor(
      () => expect(board.view().pending).toMatchObject([{ state: 'failed', text: 'lb1 is silent\nnext: see lb1' }]),
      waiting,
    );
    watch.hurry();
    await vi.waitFor(
      () => expect(board.view().pending).toMatchObject([{ state: 'failed', text: 'EACCES: ca' }]),
      waiting,
    );
    watch.hurry();
    await vi.waitFor(() => expect(board.view().pending).toMatchObject([{ state: 'nothing' }]), waiting);
  });

  test('that is a book is cut', async () => {
    const { board, looked } = start(async () => Promise.resolve({ ...changes, text: 'x'.repeat(1_000_000) }));
    looked();
    await vi.waitFor(() => expect(board.view().pending[0]?.text).toMatch(/evenkeel plan for the rest\n$/), waiting);
    expect(board.view().pending[0]?.text.length).toBeLessThan(17_000);
  });

  test('a watch that ends before anything was looked at ends', async () => {
    const { watch, end } = start(async () => Promise.resolve(changes));
    end.abort();
    await watch.ended;
  });
});
