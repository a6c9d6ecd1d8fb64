import { setting, type UnitEntry } from '../syntax/systemd-unit.ts';

/** What no daemon of the edge needs (systemd.exec(5)). */
export const sharedSandbox: readonly UnitEntry[] = [
  setting('NoNewPrivileges', 'yes'),
  setting('ProtectSystem', 'strict'),
  setting('ProtectHome', 'yes'),
  setting('PrivateTmp', 'yes'),
  setting('ProtectKernelModules', 'yes'),
  setting('ProtectKernelLogs', 'yes'),
  setting('ProtectClock', 'yes'),
  setting('ProtectControlGroups', 'yes'),
  setting('ProtectHostname', 'yes'),
  setting('RestrictNamespaces', 'yes'),
  setting('RestrictSUIDSGID', 'yes'),
  setting('LockPersonality', 'yes'),
  setting('SystemCallArchitectures', 'native'),
];

/** NGINX's limits. MemoryDenyWriteExecute stays off: LuaJIT and pcre_jit make code while they run. */
export const nginxSandbox: readonly UnitEntry[] = [
  setting('CapabilityBoundingSet', 'CAP_NET_BIND_SERVICE CAP_SETUID CAP_SETGID CAP_CHOWN CAP_DAC_OVERRIDE CAP_KILL'),
  setting('ReadWritePaths', '/run -/var/log/nginx -/var/lib/nginx'),
  ...sharedSandbox,
  setting('PrivateDevices', 'yes'),
  setting('ProtectKernelTunables', 'yes'),
  setting('RestrictRealtime', 'yes'),
  setting('RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'),
  setting('SystemCallFilter', '@system-service'),
];
