import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import { guardFaults } from '../proof/fault.ts';
import { promisedMs } from '../proof/outage.ts';
import { proveFaults } from '../proof/prove.ts';
import { readNginx } from '../syntax/nginx-read.ts';
import { backendFault } from './backend-faults.ts';
import type { DrillStep } from './drill-fault.ts';
import { drillFaults } from './drill-faults.ts';

/** The reference system, whose check wants a text. */
function wanting(body: string | undefined, path = '/health?full=1'): Model {
  const model = exampleModel();
  return { ...model, pools: model.pools.map((pool) => ({ ...pool, check: { ...pool.check, body, path } })) };
}

const wordsOf = (step: DrillStep | undefined): readonly string[] => (step?.kind === 'command' ? step.argv : []);

describe('a backend of no use', () => {
  const model = wanting('fine');

  test('is a drill for every web server; a wrong text is one where a check asks for a text', () => {
    const names = (of: Model) => drillFaults(of).flatMap(({ name }) => (/^backend-[hfw]/.test(name) ? [name] : []));
    const always = ['hung:web1', 'hung:web2', 'flapping:web1', 'flapping:web2'].map((one) => `backend-${one}`);
    expect(names(model)).toEqual([...always, 'backend-wrong:web1', 'backend-wrong:web2']);
    expect(names(wanting(undefined))).toEqual(always);
  });

  test('that hangs does so until its check has seen it', () => {
    const { cause, heal, lastsMs } = backendFault(model, { kind: 'backend-hung', backend: 'web1' });
    expect([cause, heal]).toMatchObject([[{ service: 'nginx', does: 'hang' }], [{ service: 'nginx', does: 'resume' }]]);
    expect(lastsMs).toBeGreaterThanOrEqual(2 * 2000);
  });

  test('that flaps is started for good when it is over', () => {
    const { cause, heal } = backendFault(model, { kind: 'backend-flapping', backend: 'web1' });
    expect(wordsOf(cause[0])).toContain(`--unit=${wordsOf(heal[0]).at(-1)}`);
    expect(wordsOf(heal.at(-1)).at(-1)).toContain('systemctl start nginx.service');
  });

  test('that is wrong answers its check without the text, and nothing else', () => {
    const { cause } = backendFault(model, { kind: 'backend-wrong', backend: 'web2' });
    const read = readNginx(wordsOf(cause[0]).at(-1) ?? '');
    expect(read).toMatchObject({
      ok: true,
      value: [{ name: 'location', words: ['=', '/health'], body: [{ name: 'return', words: ['200', ''] }] }],
    });
  });

  test('is taken out by its checks, and a wrong answer is none', () => {
    const cost = (kind: string) => {
      const fault = guardFaults(model).find((one) => one.kind === kind);
      if (fault === undefined) throw new Error(`no ${kind}`);
      return proveFaults(model, [fault]);
    };
    const dead = proveFaults(model, [{ kind: 'backend-dead', backend: 'web1' }]);
    expect(promisedMs(cost('backend-flapping').outage)).toBe(promisedMs(dead.outage));
    // The last answer was just given, then two are waited for, a beat between them, and the next backend answers.
    expect(promisedMs(cost('backend-hung').outage)).toBe(1150 + 2 * 2000 + 100 + 100);
    const { outage, notes, served } = cost('backend-wrong');
    expect([outage.kind, served]).toEqual(['none', 'everybody']);
    expect(notes).toEqual([
      'clients of the pool web get wrong answers of web1 until its check has seen them, within 5250ms',
    ]);
  });
});
