import type { Role, Spec } from '../spec/spec.ts';

/** Names of the hosts of a role, in the order of the file. References are judged by what is written, not by what could be resolved. */
export function namesOfRole(spec: Spec, role: Role): readonly string[] {
  return Object.entries(spec.hosts).flatMap(([name, host]) => (host.role === role ? [name] : []));
}

/** The role of a host by its name; undefined when there is none. */
export function roleOf(spec: Spec, name: string): Role | undefined {
  return Object.hasOwn(spec.hosts, name) ? spec.hosts[name]?.role : undefined;
}

/** "a balancer", "a nameserver", "a web server". */
export function roleText(role: Role): string {
  return role === 'web' ? 'a web server' : `a ${role}`;
}
