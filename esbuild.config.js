// Builds dist/: the program and the library, split into chunks that load on use, the scanner, with types, schemas and
// the licences of what is bundled. `--no-types` leaves the declarations out (tests do not need them).
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleDanfo } from './build/danfo.js';
import { licences } from './build/licences.js';
import { mergeChunks } from './build/merge.js';
import { builtinRequires, danfoChunk } from './build/plugins.js';
import { emitTypes } from './build/types.js';
import { removeOthers, writeWhole } from './build/write.js';

const common = {
  outdir: 'dist',
  bundle: true,
  // Saves a twentieth of the start; names stay, so that a stack says where it was.
  minifyWhitespace: true,
  minifySyntax: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
};

const program = await build({
  ...common,
  entryPoints: { cli: 'src/cli.ts', index: 'src/index.ts', 'demo-server': 'src/measure/demo/server.ts' },
  splitting: true,
  format: 'esm',
  // One folder: `new URL('./scanner.cjs', import.meta.url)` and './danfo.js' hold from every chunk.
  chunkNames: '[name]-[hash]',
  plugins: [danfoChunk('./danfo.js'), builtinRequires()],
});

// What every call loads; what a ranking loads besides; what reading the machine loads. Somebody waits for these.
const ROUTES = [
  ['src/cli.ts'],
  ['src/command/rank/rank-run.ts', 'src/source/input.ts', 'src/view/terminal.ts'],
  ['src/source/live.ts'],
];
const files = await mergeChunks(program, ROUTES, { ...common, metafile: false });

// Two of these start while somebody waits: Node loads one CommonJS file 25 ms sooner than it links ES modules.
const scanner = await build({
  ...common,
  entryPoints: { scanner: 'src/source/proc/scan/scanner.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});

await mkdir('dist', { recursive: true });
for (const file of [...files, ...scanner.outputFiles]) await writeWhole(file.path, file.contents);
const danfo = await bundleDanfo('dist/danfo.js');
await writeWhole('dist/THIRD-PARTY-LICENCES.txt', await licences([program.metafile, danfo.metafile]));
await removeOthers('dist', '.js', [...files.map((file) => file.path), 'dist/danfo.js']);

if (existsSync('src/schema')) {
  await mkdir('dist/schema', { recursive: true });
  const schemas = (await readdir('src/schema')).filter((name) => name.endsWith('.json'));
  await Promise.all(schemas.map((name) => copyFile(`src/schema/${name}`, `dist/schema/${name}`)));
}
if (!process.argv.includes('--no-types')) await emitTypes('dist/types');
