import type { Model } from '../model/model.ts';
import { directive } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';

/**
 * Sizes of NGINX's hash tables, which it does not grow by itself: with the defaults a name over 46 characters or some
 * hundreds of names make `nginx -t` refuse or warn (ngx_hash_init in src/core/ngx_hash.c).
 */
export function hashSizes(model: Model): readonly NginxNode[] {
  const names = model.sites.flatMap((site) => site.names);
  const sticky = model.pools.filter((pool) => pool.algorithm === 'sticky-cookie');
  const longestPool = longest(sticky.map((pool) => pool.name));
  const mostBackends = Math.max(0, ...model.pools.map((pool) => pool.backends.length));
  return [
    directive('server_names_hash_max_size', maxSize(names.length)),
    directive('server_names_hash_bucket_size', bucketSize(longest(names))),
    directive('variables_hash_max_size', maxSize(512 + 3 * sticky.length)),
    // The text that names a pool's variables is at most four times as long as its name, plus what is around it.
    directive('variables_hash_bucket_size', bucketSize(longestPool * 4 + 24)),
    directive('map_hash_max_size', maxSize(mostBackends)),
    // The longest key of our maps is an id, a space, and an IPv6 address with its port.
    directive('map_hash_bucket_size', bucketSize(80)),
    directive('proxy_headers_hash_max_size', '1024'),
    directive('proxy_headers_hash_bucket_size', '128'),
  ];
}

/** Room for about twice the entries, so that buckets fill evenly and building takes few rounds. */
function maxSize(entries: number): string {
  return String(Math.max(1024, powerOfTwo(2 * entries)));
}

/** Room for several entries of this length in a bucket; an entry costs its length and 18 bytes at most. */
function bucketSize(length: number): string {
  return String(Math.max(128, powerOfTwo(2 * (length + 18))));
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}

function longest(names: readonly string[]): number {
  return names.reduce((most, name) => Math.max(most, name.length), 0);
}
