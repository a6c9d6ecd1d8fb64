import { expect, test } from 'vitest';
import { parseAddressNews } from './address-news.ts';

// Lines of iproute2 6.1.
test.each([
  [
    '1: lo    inet 192.0.2.77/32 scope global lo\\       valid_lft forever preferred_lft forever',
    { address: '192.0.2.77', isThere: true },
  ],
  [
    '2: eth0    inet6 2001:db8::7/128 scope global tentative \\       valid_lft forever preferred_lft forever',
    { address: '2001:db8::7', isThere: true },
  ],
  [
    'Deleted 2: eth0    inet 192.0.2.77/32 scope global eth0\\       valid_lft forever preferred_lft forever',
    { address: '192.0.2.77', isThere: false },
  ],
  ['2: eth0    inet 192.0.2.1 peer 192.0.2.2/32 scope global eth0', undefined],
  ['192.0.2.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE', undefined],
  ['', undefined],
])('%s', (line, news) => {
  expect(parseAddressNews(line)).toEqual(news);
});
