import { Fault } from '../../src/base/fault.ts';
import { success } from '../../src/base/result.ts';
import type { Causer } from '../../src/drill/causer.ts';
import type { DrillGround } from '../../src/drill/drill-ground.ts';
import type { LoadStream } from '../../src/drill/load-stream.ts';
import { drillNow } from '../../src/drill/wait-until.ts';
import type { Model } from '../../src/model/model.ts';

/** A place for drills at which nothing is broken in truth: requests succeed, unless the fault stands and is felt. */
export interface PretendWorld {
  readonly model: Model;
  /** `until-healed`: requests fail as long as the fault stands. */
  readonly felt: 'never' | 'until-healed';
  /** What goes wrong beside the fault. */
  readonly trouble?: 'probe-ends' | 'nobody-can-look' | 'healing-fails';
}

/** What a pretended place went through, in order. */
export interface PretendGround extends DrillGround {
  readonly seen: readonly ('caused' | 'healed')[];
}

/** Makes such a place, with one stream of load to the first VIP. */
export function pretendGround({ model, felt, trouble }: PretendWorld): PretendGround {
  const seen: ('caused' | 'healed')[] = [];
  const stream: LoadStream = {
    kind: 'new-connection',
    id: 'vip1',
    target: { kind: 'address', address: model.vips[0]?.ipv4.text ?? '' },
    name: 'devops.com',
    port: 443,
    path: '/',
    timeoutMs: 1000,
    everyMs: 20,
  };
  const dead = Promise.withResolvers<never>();
  dead.promise.catch(() => undefined);
  const moment = () => ({ from: drillNow(), to: drillNow() });
  const stands = (): boolean => seen.at(-1) === 'caused';
  const causer: Causer = {
    place: 'lab',
    canCause: () => Promise.resolve(success(undefined)),
    cause: () => {
      seen.push('caused');
      if (trouble === 'probe-ends') dead.reject(new Fault({ code: 'command-failed', message: 'the load probe ended' }));
      return Promise.resolve(moment());
    },
    heal: () => {
      if (trouble === 'healing-fails') throw new Fault({ code: 'host-unreachable', message: 'lb1 does not answer' });
      seen.push('healed');
      return Promise.resolve(moment());
    },
  };
  return {
    seen,
    causer,
    order: { streams: [stream], nameservers: [], ca: undefined },
    openProbe: (onRecord) => {
      const timer = setInterval(() => {
        const failure = felt === 'until-healed' && stands() ? 'refused' : undefined;
        const at = drillNow();
        onRecord({ kind: 'request', stream: stream.id, start: at - 1, end: at, failure, address: '', server: 'web1' });
      }, stream.everyMs);
      dead.promise.catch(() => clearInterval(timer));
      const stop = (): Promise<void> => {
        clearInterval(timer);
        return Promise.resolve();
      };
      return Promise.resolve({ stop, failed: dead.promise });
    },
    watch: (onRecord) => {
      for (const { name: vip, preferred } of model.vips) {
        onRecord({ kind: 'holder', vip, at: drillNow(), seen: 'hosts', holders: [preferred], silent: [] });
      }
      return Promise.resolve({ stop: () => Promise.resolve() });
    },
    strays: () => {
      if (trouble !== 'nobody-can-look') return Promise.resolve([]);
      return Promise.reject(new Fault({ code: 'lab-not-running', message: 'the lab can not be looked at' }));
    },
    revive: () => Promise.resolve(),
  };
}
