import { describe, expect, test } from 'vitest';
import { moveEdge } from '../../test/kit/move-edge.ts';
import { smallModel } from '../../test/kit/small-edge.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { claimFile, stateFiles } from '../model/state-files.ts';
import { isolatePath, yieldPath } from '../model/witness-paths.ts';
import { drainBalancer } from './drain-balancer.ts';
import { undrainBalancer } from './undrain-balancer.ts';

describe('a drain', () => {
  test('moves the VIPs, keeps the balancer out of service, and leaves no claim', async () => {
    const edge = moveEdge(smallModel);
    const drained = await drainBalancer(edge.world, 'lb1');
    expect(drained).toMatchObject({ balancer: 'lb1', connectionsFound: 0, connectionsEnded: 0, connections: 0 });
    expect(drained.moved.map(({ vip, to }) => [vip, to])).toEqual([['vip1', 'lb2']]);
    expect(edge.holder('vip1')).toBe('lb2');
    expect([edge.get('lb1', stateFiles.drain), edge.get('lb2', claimFile('vip1'))]).toEqual(['1', '0']);
  });

  test('reports the connections that were there, that ended, and that are left at the deadline', async () => {
    const edge = moveEdge(smallModel, { deadlineMs: 500 });
    // The first count is of the move.
    edge.connections('lb1', [7, 7, 3]);
    expect(await drainBalancer(edge.world, 'lb1')).toMatchObject({
      connectionsFound: 7,
      connectionsEnded: 4,
      connections: 3,
    });
  });

  test('of the last fit balancer is refused, with the reason of each other one', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', stateFiles.blind, '1');
    const fault = await thrownFault(drainBalancer(edge.world, 'lb1'));
    expect(fault).toMatchObject({
      code: 'unhealthy',
      message: "lb1 can't be drained: no other balancer can hold vip1 now",
      said: 'lb2: it reaches no backend, and another balancer does',
      state: 'nothing was changed',
      next: 'see the network between lb2 and the backends, then evenkeel status',
    });
    expect(edge.get('lb1', stateFiles.drain)).toBe('0');
  });

  test('says what of it is done when the next VIP can not be moved', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb1', claimFile('vip2'), '1');
    edge.before((name, argv) => {
      if (name === 'lb2' && argv.join(' ').includes('expect 1 192.168.10.200')) edge.kill('lb2');
    });
    const fault = await thrownFault(drainBalancer(edge.world, 'lb1'));
    expect(fault.state).toBe('lb1 is not drained, vip1 was moved to lb2; nothing was changed');
  });
});

describe('an undrain', () => {
  test('brings the VIPs home', async () => {
    const edge = moveEdge(smallModel);
    await drainBalancer(edge.world, 'lb1');
    expect(await undrainBalancer(edge.world, 'lb1')).toEqual({
      balancer: 'lb1',
      wasDrained: true,
      holds: ['vip1'],
      elsewhere: [],
    });
  });

  test('of one that has just returned ends the watch', async () => {
    const edge = moveEdge(smallModel);
    await drainBalancer(edge.world, 'lb1');
    edge.set('lb1', stateFiles.settling, '1');
    expect(await undrainBalancer(edge.world, 'lb1')).toMatchObject({ holds: ['vip1'] });
  });

  test.each([
    [stateFiles.nginxVerdict, 'its NGINX does not run', 'on lb1: systemctl status nginx.service'],
    [stateFiles.blind, 'it reaches no backend', 'see the network between lb1'],
    [isolatePath, 'it is cut off', 'see the link of lb1'],
    [yieldPath('vip1'), 'it left vip1 to another balancer', 'see that VRRP'],
  ])('says at once that %s is in the way', async (path, why, next) => {
    const edge = moveEdge(smallModel, { patience: { moveMs: 250, homeMs: 120_000 } });
    await drainBalancer(edge.world, 'lb1');
    edge.set('lb1', path, '1');
    const fault = await thrownFault(undrainBalancer(edge.world, 'lb1'));
    expect(fault.code).toBe('unhealthy');
    expect(fault.message).toContain(`lb1 is drained no more, but vip1 does not come home: ${why}`);
    expect(fault.state).toBe(
      'the drain is over; vip1 is served where it was, and comes home by itself when lb1 is well',
    );
    expect(fault.next).toContain(next);
    expect(edge.get('lb1', stateFiles.drain)).toBe('0');
  });

  test('says so when something comes in the way while it waits', async () => {
    const edge = moveEdge(smallModel, { patience: { moveMs: 250, homeMs: 120_000 } });
    await drainBalancer(edge.world, 'lb1');
    let looks = 0;
    edge.before((name, argv) => {
      if (name === 'lb1' && argv[0] === 'sh' && ++looks === 2) edge.set('lb1', stateFiles.nginxVerdict, '1');
    });
    const fault = await thrownFault(undrainBalancer(edge.world, 'lb1'));
    expect(fault.message).toContain('its NGINX does not run');
  });

  test('of one that is not drained changes nothing, and says where its VIPs are', async () => {
    const edge = moveEdge(smallModel);
    edge.set('lb2', claimFile('vip1'), '1');
    edge.set('lb1', stateFiles.settling, '1');
    expect(await undrainBalancer(edge.world, 'lb1')).toEqual({
      balancer: 'lb1',
      wasDrained: false,
      holds: [],
      elsewhere: [{ vip: 'vip1', on: 'lb2' }],
    });
    expect([edge.said, edge.get('lb1', stateFiles.settling)]).toEqual([[], '1']);
  });

  test('does not wait for a VIP that a person moved', async () => {
    const edge = moveEdge(smallModel);
    await drainBalancer(edge.world, 'lb1');
    edge.set('lb2', claimFile('vip1'), '1');
    const undrained = await undrainBalancer(edge.world, 'lb1');
    expect(undrained).toMatchObject({ wasDrained: true, elsewhere: [{ vip: 'vip1', on: 'lb2' }] });
  });

  test('of one that does not answer changes nothing', async () => {
    const edge = moveEdge(smallModel);
    edge.mute('lb1');
    const fault = await thrownFault(undrainBalancer(edge.world, 'lb1'));
    expect(fault).toMatchObject({ code: 'unhealthy', host: 'lb1', state: 'nothing was changed' });
  });
});
