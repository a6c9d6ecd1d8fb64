import { isAtLeast } from '../base/version.ts';
import type { Platform } from './platform.ts';

/** What a host's NGINX understands, as far as the rendered text depends on it. */
export interface NginxFeatures {
  /** `http2 on;` came with 1.25.1; before, and only before, `listen ... http2` is right. */
  readonly http2: 'directive' | 'listen';
  /** Key exchange groups, most wanted first. OpenSSL 3.0 refuses the name of the hybrid one, 3.5 has it. */
  readonly curves: string;
}

/** Reads the features off the versions. */
export function nginxFeatures(platform: Platform): NginxFeatures {
  return {
    http2: isAtLeast(platform.nginx, '1.25.1') ? 'directive' : 'listen',
    curves:
      platform.release === 'debian12' ? 'X25519:prime256v1:secp384r1' : 'X25519MLKEM768:X25519:prime256v1:secp384r1',
  };
}
