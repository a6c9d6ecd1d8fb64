/** UDP port on which balancers and nameservers tell each other who holds which VIP. */
export const witnessPort = 7790;

/** The key with which the messages of one edge are signed: 32 bytes in hex and a newline. On balancers and nameservers, for root only. */
export const witnessKeyPath = '/etc/evenkeel/witness.key';

/** Bytes of that key: as many as SHA-256 gives (RFC 2104, section 3). */
export const witnessKeyBytes = 32;

/** A balancer's agent writes what keepalived tracks into files of this directory. */
const directory = '/run/evenkeel';

/** Not `0` while this balancer is cut off from everybody: it then lets go of every VIP. */
export const isolatePath = `${directory}/isolate`;

/** Not `0` while another balancer, which this one can't hear, holds this VIP and is preferred. */
export function yieldPath(vip: string): string {
  return `${directory}/yield-${vip}`;
}

/** The set in a balancer's nftables table `inet evenkeel` that holds who else speaks VRRP with a VRID of ours. */
export const strangersSet = 'strangers';
