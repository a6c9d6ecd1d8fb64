import { expect, test } from 'vitest';
import { parseSegmentSight } from './segment-sight.ts';

const neighbours = JSON.stringify([
  { dst: '192.168.10.100', lladdr: '02:00:00:00:00:0A', state: ['REACHABLE'] },
  { dst: '192.168.10.200', state: ['INCOMPLETE'] },
]);

test('who speaks, with which number, and who answers', () => {
  const text = `\n@@evenkeel speakers\n192.168.10.66 51\n192.168.10.67 9\nno such line\n\n@@evenkeel neighbours\n${neighbours}\n\n@@evenkeel end\n`;
  expect(parseSegmentSight(text)).toEqual({
    speakers: [
      { address: '192.168.10.66', vrid: 51 },
      { address: '192.168.10.67', vrid: 9 },
    ],
    neighbours: [{ address: '192.168.10.100', mac: '02:00:00:00:00:0a', state: 'REACHABLE' }],
  });
});

test.each(['', '\n@@evenkeel speakers\n192.168.10.66 51\n'])('an output that broke off is none', (text) => {
  expect(parseSegmentSight(text)).toBeUndefined();
});
