#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// `--version` answers before anything is imported: scripts ask it often and wait for it.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${manifest.version}\n`);
} else {
  const { main } = await import('../dist/cli.js');
  await main(process.argv.slice(2));
}
