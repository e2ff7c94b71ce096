// Runs the README's pictures again: what follows "$ leaksof ..." in a console block is what it printed.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const readme = new URL('README.md', root);

const text = readFileSync(readme, 'utf8');
const drawn = text.replaceAll(/(```console\n\$ leaksof (.*)\n)[^`]*(```)/g, (_, head, words, tail) => {
  const output = execFileSync(process.execPath, ['bin/leaksof.js', ...words.split(' ')], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
  return `${head}${output}${tail}`;
});
if (drawn !== text) writeFileSync(readme, drawn);
