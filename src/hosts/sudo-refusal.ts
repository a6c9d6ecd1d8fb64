import { Fault } from '../base/fault.ts';
import type { SshTarget } from './ssh-target.ts';

/** The login worked and the command was not begun: sudo refused it, or the login shell runs no commands. */
export function describeNotStarted(refusal: {
  readonly target: SshTarget;
  readonly user: string;
  readonly through: 'nothing' | 'sudo';
  readonly said: string;
  readonly exitCode: number;
}): Fault {
  const { target, user, said } = refusal;
  if (refusal.through === 'nothing') {
    return new Fault({
      code: 'login-refused',
      message: `${target.name} lets ${user === '' ? 'the login user' : user} in but runs no commands (exit code ${refusal.exitCode})`,
      host: target.name,
      said,
      next: 'give the login user a shell (chsh), and see that sshd_config has no ForceCommand for it',
    });
  }
  // 127: the login shell found no sudo (POSIX XCU 2.8.2).
  const missing = refusal.exitCode === 127;
  return new Fault({
    code: 'sudo-refused',
    message: missing ? `${target.name} has no sudo, and ${user} is not root` : `sudo on ${target.name} refused ${user}`,
    host: target.name,
    said,
    next: missing
      ? `as root on ${target.name}: apt-get install sudo, then ${sudoersAdvice(user)}; or log in as root`
      : `as root on ${target.name}: ${sudoersAdvice(user)}; or log in as root`,
  });
}

/** The edge file says that sudo must not be used, and the login user is not root. */
export function describeSudoForbidden(target: SshTarget, user: string): Fault {
  return new Fault({
    code: 'sudo-refused',
    message: `${user} on ${target.name} is not root, and the use of sudo is switched off for this host`,
    host: target.name,
    next: 'log in as root, or let sudo be used when it is needed',
  });
}

/** sudo -n asks no password, so the rule must not want one (sudoers(5), NOPASSWD). */
function sudoersAdvice(user: string): string {
  return `visudo -f /etc/sudoers.d/evenkeel, and put in: ${user} ALL=(ALL) NOPASSWD: ALL`;
}
