import { Fault, type FaultDetails } from '../base/fault.ts';
import { sshByHand, type SshTarget } from './ssh-target.ts';

/**
 * Turns ssh's words (OpenSSH 8 to 10, sshconnect.c, LC_ALL=C) into the cause a person can act on. The first row that matches:
 *
 *   ssh says                                            Fault
 *   REMOTE HOST IDENTIFICATION HAS CHANGED              host-key-changed
 *   No ... host key is known for / verification failed  host-key-unknown
 *   Permission denied (...) / Too many authentication   login-refused
 *   anything else                                       host-unreachable
 */
export function describeSshRefusal(target: SshTarget, said: string): Fault {
  const details = { host: target.name, said: said.trim() };
  if (said.includes('IDENTIFICATION HAS CHANGED')) return new Fault({ ...details, ...keyChanged(target, said) });
  if (/host key is known for|Host key verification failed/.test(said)) {
    return new Fault({ ...details, ...keyUnknown(target, said) });
  }
  if (/Permission denied|Too many authentication failures/.test(said)) {
    return new Fault({
      ...details,
      code: 'login-refused',
      message: `${target.name} refused the login${target.user === undefined ? '' : ` of ${target.user}`}`,
      next: `put your public key in authorized_keys on the host, or name another key; then try: ${sshByHand(target)}`,
    });
  }
  return new Fault({
    ...details,
    code: 'host-unreachable',
    message: `${target.name} can't be reached over SSH (${lastLine(said) || 'no answer'})`,
    next: `see that the host runs and its address is right; then try: ${sshByHand(target)}`,
  });
}

type Cause = Pick<FaultDetails, 'code' | 'message' | 'next'>;

function keyChanged(target: SshTarget, said: string): Cause {
  const byFile = /Offending .* key in (.+):(\d+)/.exec(said);
  const remove =
    /ssh-keygen -f .+ -R .+/.exec(said)?.[0] ??
    (byFile === null ? 'ssh-keygen -R HOST' : `sed -i ${byFile[2] ?? ''}d ${byFile[1] ?? ''}`);
  return {
    code: 'host-key-changed',
    message: `${target.name} shows another host key than the one that is known: another machine answers, or it was installed anew`,
    next: `find out why; only if it was installed anew, forget the old key: ${remove} and accept the new one: ${sshByHand(target)}`,
  };
}

function keyUnknown(target: SshTarget, said: string): Cause {
  const who = /host key is known for (\S+)/.exec(said)?.[1];
  return {
    code: 'host-key-unknown',
    message: `the host key of ${target.name}${who === undefined ? '' : ` (${who})`} is not known on this computer`,
    next:
      `log in once by hand and accept the key: ${sshByHand(target)} ` +
      `(compare it with what the host's console prints: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)`,
  };
}

/** ssh's last line that says something: the reason comes last. */
function lastLine(said: string): string {
  return (
    said
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => line !== '') ?? ''
  );
}
