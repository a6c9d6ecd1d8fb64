import { describe, expect, test } from 'vitest';
import { moveEdge } from '../../test/kit/move-edge.ts';
import { smallModel } from '../../test/kit/small-edge.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { claimFile, stateFiles } from '../model/state-files.ts';
import { isolatePath, yieldPath } from '../model/witness-paths.ts';
import { moveVip } from './move-vip.ts';

const [vip1, vip2] = smallModel.vips;
if (vip1 === undefined || vip2 === undefined) throw new Error('the small model has two VIPs');
const claim = claimFile('vip1');

describe('a move', () => {
  test('away and back home leaves no claim', async () => {
    const edge = moveEdge(smallModel);
    expect(await moveVip(edge.world, vip1, 'lb2')).toMatchObject({
      from: 'lb1',
      to: 'lb2',
      already: false,
      untold: [],
    });
    expect([edge.holder('vip1'), edge.get('lb2', claim)]).toEqual(['lb2', '1']);
    expect(edge.said).toEqual(['lb2 expect 1 192.168.10.100', 'lb2 claim vip1 1', 'lb1 claim vip1 0']);
    await moveVip(edge.world, vip1, 'lb1');
    expect([edge.holder('vip1'), edge.get('lb1', claim), edge.get('lb2', claim)]).toEqual(['lb1', '0', '0']);
  });

  test('to who holds it says so, and makes it stay when the preferred one returns', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb1', stateFiles.nginxVerdict, '1');
    const moved = await moveVip(edge.world, vip1, 'lb2');
    expect(moved).toMatchObject({ from: undefined, already: true, connections: 0 });
    edge.set('lb1', stateFiles.nginxVerdict, '0');
    expect(edge.holder('vip1')).toBe('lb2');
  });

  test.each([
    [stateFiles.nginxVerdict, 'its NGINX does not run', 'on lb2: systemctl status nginx.service'],
    [stateFiles.nginxAnswers, 'its NGINX does not answer', 'on lb2: journalctl -u nginx.service -n 50'],
    [stateFiles.blind, 'it reaches no backend, and another balancer does', 'see the network between lb2 and'],
    [isolatePath, 'it is cut off from all other balancers', 'see the link of lb2'],
    [yieldPath('vip1'), 'it left vip1 to another balancer', 'see that VRRP'],
    [stateFiles.drain, 'it is drained', 'evenkeel undrain lb2'],
  ])('to a balancer whose %s is not 0 is refused, and nothing is changed', async (path, why, next) => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', path, '1');
    const { code, message, state, next: command } = await thrownFault(moveVip(edge.world, vip1, 'lb2'));
    expect([code, message, state]).toEqual(['unhealthy', expect.stringContaining(why), 'nothing was changed']);
    expect(command).toContain(next);
    expect(edge.said).toEqual([]);
  });

  test('to a blind one is done when nobody else can hold it: it is there already', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', stateFiles.blind, '1');
    edge.set('lb2', stateFiles.settling, '1');
    edge.set('lb1', stateFiles.nginxVerdict, '1');
    expect(await moveVip(edge.world, vip1, 'lb2')).toMatchObject({ already: true, watchEnded: false });
  });

  test('of another VIP than the one that it left is no matter', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', yieldPath('vip2'), '1');
    expect(await moveVip(edge.world, vip1, 'lb2')).toMatchObject({ to: 'lb2' });
  });

  test('to a balancer that is still watched ends the watch, and keeps the connections of all that comes home', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', stateFiles.settling, '1');
    expect([edge.holder('vip1'), edge.holder('vip2')]).toEqual(['lb1', 'lb1']);
    expect(await moveVip(edge.world, vip1, 'lb2')).toMatchObject({ from: 'lb1', watchEnded: true });
    expect([edge.holder('vip1'), edge.holder('vip2')]).toEqual(['lb2', 'lb2']);
    expect(edge.said.slice(0, 2)).toEqual(['lb2 expect 1 192.168.10.100', 'lb2 expect 1 192.168.10.200']);
  });

  test('to a balancer of another network is refused at once', async () => {
    const [first] = vip1.claims;
    const edge = moveEdge(smallModel);
    const { message } = await thrownFault(moveVip(edge.world, { ...vip1, claims: [first] }, 'lb2'));
    expect(message).toContain('it is on another network; lb1 can');
  });
});

describe('a move that is disturbed', () => {
  test('is done although the old holder dies in the middle', async () => {
    const edge = moveEdge(smallModel);
    edge.before((name, argv) => {
      if (name === 'lb1' && argv[1] === 'claim') edge.kill('lb1');
    });
    const moved = await moveVip(edge.world, vip1, 'lb2');
    expect(moved).toMatchObject({ from: 'lb1', to: 'lb2', connections: undefined, untold: ['lb1'] });
    expect([edge.holder('vip1'), edge.get('lb2', claim)]).toEqual(['lb2', '1']);
  });

  test('is done although the old holder can not be asked, and says so', async () => {
    const edge = moveEdge(smallModel);
    edge.mute('lb1');
    expect(await moveVip(edge.world, vip1, 'lb2')).toMatchObject({ to: 'lb2', untold: ['lb1'] });
    expect(edge.holder('vip1')).toBe('lb2');
  });

  test('is put back when somebody who can not be asked holds it by an earlier move', async () => {
    const edge = moveEdge(smallModel);
    // vip2 prefers lb2 and was moved to lb1, which then was lost to ssh.
    edge.set('lb1', claimFile('vip2'), '1');
    edge.mute('lb1');
    edge.set('lb2', claimFile('vip2'), '0');
    const fault = await thrownFault(moveVip(edge.world, vip2, 'lb2'));
    expect(fault).toMatchObject({ code: 'verify-failed', state: expect.stringContaining('the claims are as before') });
    expect(fault.message).toContain('lb1 did not answer and may hold it by an earlier move');
    expect(fault.next).toContain('make lb1 answer to ssh');
    expect(edge.get('lb2', claimFile('vip2'))).toBe('0');
  });

  test('is put back when the new holder does not take it, and the watch goes on', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', stateFiles.settling, '1');
    edge.before((name, argv) => {
      // NGINX dies after the look.
      if (name === 'lb2' && argv[1] === 'claim' && argv[3] === '1') edge.set('lb2', stateFiles.nginxVerdict, '1');
    });
    const fault = await thrownFault(moveVip(edge.world, vip1, 'lb2'));
    expect(fault).toMatchObject({ code: 'verify-failed', next: 'on lb2: journalctl -u keepalived.service -n 50' });
    expect([edge.get('lb2', claim), edge.get('lb2', stateFiles.settling)]).toEqual(['0', '1']);
    expect(edge.holder('vip1')).toBe('lb1');
  });

  test('says what it left when the new holder dies in the middle', async () => {
    const edge = moveEdge(smallModel);
    edge.before((name, argv) => {
      if (name === 'lb1' && argv[1] === 'claim') edge.kill('lb2');
    });
    const fault = await thrownFault(moveVip(edge.world, vip1, 'lb2'));
    expect(fault.state).toContain('lb2 could not be told that the move is off');
    expect(fault.next).toBe('when lb2 answers again: evenkeel move vip1 lb1');
    // What the words promise.
    edge.before(() => undefined);
    edge.wake('lb2');
    expect(edge.holder('vip1')).toBe('lb2');
    await moveVip(edge.world, vip1, 'lb1');
    expect([edge.holder('vip1'), edge.get('lb2', claim)]).toEqual(['lb1', '0']);
  });

  test('changed nothing when the new holder is gone before the first write', async () => {
    const edge = moveEdge(smallModel);
    edge.before((name, argv) => {
      if (name === 'lb2' && argv[1] === 'expect') edge.kill('lb2');
    });
    const fault = await thrownFault(moveVip(edge.world, vip1, 'lb2'));
    expect(fault).toMatchObject({ code: 'host-unreachable', state: 'nothing was changed', next: 'evenkeel status' });
  });

  test('is put back on Ctrl-C', async () => {
    const stop = new AbortController();
    const edge = moveEdge(smallModel, { signal: stop.signal });
    edge.before((name, argv) => {
      if (name !== 'lb1' || argv[1] !== 'claim') return;
      edge.set('lb2', isolatePath, '1');
      stop.abort();
    });
    const fault = await thrownFault(moveVip(edge.world, vip1, 'lb2'));
    expect(fault).toMatchObject({ code: 'interrupted', next: 'evenkeel move vip1 lb2' });
    expect(edge.get('lb2', claim)).toBe('0');
  });
});
