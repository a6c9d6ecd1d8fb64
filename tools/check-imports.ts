// Holds the imports of src/ against the map of rooms in docs/architecture.md, prints the map, and fails on any other arrow.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { packageRooms, rooms } from './rooms.ts';

const src = resolve(import.meta.dirname, '..', 'src');
const importPattern = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g;
const wrong: string[] = [];
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

for (const file of files) {
  const room = file.split('/')[0] ?? '';
  const rule = rooms[room];
  if (rule === undefined) {
    wrong.push(`src/${file}: there is no room named ${room}`);
    continue;
  }
  const isTest = file.endsWith('.test.ts');
  for (const match of readFileSync(join(src, file), 'utf8').matchAll(importPattern)) {
    const target = match[1] ?? match[2] ?? '';
    if (target.startsWith('node:')) {
      const allowed = rule.node === 'any' || rule.node.includes(target) || isTest;
      if (!allowed) wrong.push(`src/${file}: ${room} may not import ${target}`);
    } else if (target.startsWith('.')) {
      const other = relative(src, resolve(src, dirname(file), target)).split('/')[0] ?? '';
      const allowed = other === room || other === 'base' || rule.rooms === 'any' || rule.rooms.includes(other);
      if (!allowed && !isTest) wrong.push(`src/${file}: ${room} may not import ${other}`);
    } else if (!isTest && packageRooms[target]?.includes(room) !== true) {
      wrong.push(`src/${file}: ${room} may not import ${target}`);
    }
  }
}

for (const [name, rule] of Object.entries(rooms)) {
  const may = rule.rooms === 'any' ? 'every room' : ['base', ...rule.rooms].filter((room) => room !== name).join(', ');
  console.log(`${name.padEnd(8)} -> ${may || 'nothing'}`);
}
for (const line of wrong) console.error(line);
console.log(`${files.length} files, ${wrong.length} wrong imports`);
process.exitCode = wrong.length === 0 && files.length > 0 ? 0 : 1;
