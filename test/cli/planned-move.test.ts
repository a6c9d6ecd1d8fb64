import { describe, expect, test } from 'vitest';
import { evenkeel } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';

/** Words that name nothing are a usage error before any host is asked. */
const file = ['-f', exampleFile('devops.com')] as const;

describe('a name that is none', () => {
  test.each([
    [['move', 'vpi1', 'lb2'], 'there is no VIP vpi1 in the edge file; did you mean vip1?', 'vip1, vip2'],
    [['move', 'vip1', 'lb3'], 'there is no balancer lb3 in the edge file; did you mean lb', 'lb1, lb2'],
    [['move', 'vip1', 'web1'], 'web1 is a web server, and only a balancer holds VIPs', 'lb1, lb2'],
    [['move', 'vip1', 'dns1'], 'dns1 is a nameserver, and only a balancer holds VIPs', 'lb1, lb2'],
    [['drain', 'web3'], 'there is no balancer or backend web3', 'lb1, lb2, web1:80, web2:80'],
    [['drain', 'web1:81'], 'there is no balancer or backend web1:81', 'lb1, lb2, web1:80, web2:80'],
    [['undrain', 'dns1'], 'there is no balancer or backend dns1', 'lb1, lb2, web1:80, web2:80'],
  ])('%j', async ([command = '', ...words], message, known) => {
    const run = await evenkeel(command, ...file, ...words);
    expect([run.exitCode, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(`error: ${message}`);
    expect(run.stderr).toContain(`fix: write one of ${known}`);
  });
});
