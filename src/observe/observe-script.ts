import { basename, dirname } from 'node:path';
import { manifestPath } from '../facts/manifest.ts';
import { sectionMark } from '../facts/sections.ts';
import { unitProperties } from '../facts/units.ts';
import { runtimePrefix } from '../model/agent-paths.ts';

/** Where the programs lie that evenkeel brought, and how their names begin. */
const programs = { directory: dirname(runtimePrefix), names: `${basename(runtimePrefix)}*` };

/**
 * What one look at a host runs, as `sh -c SCRIPT sh PACKAGES UNITS` (dash), both lists separated by blanks. A
 * constant: names come in as arguments, are split (`set -f`: no patterns) and never evaluated. Everything is printed
 * in one round trip, in sections that `facts/sections.ts` takes apart; a tool that is missing leaves its section
 * empty. apt is asked only about packages that are not installed, because it takes ten times as long as dpkg.
 */
export const observeScript = `
set -f
export LC_ALL=C
section() { printf '\\n${sectionMark}%s\\n' "$1"; }
section os-release; cat /etc/os-release
section architecture; dpkg --print-architecture
section clock; date +%s
section packages
if [ -n "$1" ]; then
  installed=$(dpkg-query -W -f='\${Package}\\t\${Version}\\t\${db:Status-Status}\\n' -- $1 2>/dev/null)
  printf '%s\\n' "$installed"
  missing=
  for name in $1; do
    printf '%s\\n' "$installed" | grep -q "^$name	.*	installed$" || missing="$missing $name"
  done
fi
section candidates
[ -z "$missing" ] || apt-cache policy -- $missing
section units
[ -z "$2" ] || systemctl show -p ${unitProperties} -- $2
section programs; find ${programs.directory} -maxdepth 1 -type f -name '${programs.names}' -printf '%s %m %u:%g %p\\n' 2>/dev/null
section interfaces; ip -j addr
section listeners; ss -Hlntup
section manifest; cat ${manifestPath} 2>/dev/null
section end
`;
