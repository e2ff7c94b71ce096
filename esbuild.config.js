// Builds dist/: the program, the library and the scanner, split into chunks that load on use, with types, schemas and
// the licences of what is bundled. `--no-types` leaves the declarations out (tests do not need them).
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleDanfo } from './build/danfo.js';
import { licences } from './build/licences.js';
import { builtinRequires, danfoChunk } from './build/plugins.js';
import { emitTypes } from './build/types.js';
import { removeOthers, writeWhole } from './build/write.js';

const entryPoints = {
  cli: 'src/cli.ts',
  index: 'src/index.ts',
  scanner: 'src/source/proc/scanner.ts',
  'demo-server': 'src/measure/demo/server.ts',
};

const program = await build({
  entryPoints,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  // Saves a twentieth of the start; names stay, so that a stack says where it was.
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // One folder: `new URL('./scanner.js', import.meta.url)` and './danfo.js' hold from every chunk.
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
  plugins: [danfoChunk('./danfo.js'), builtinRequires()],
});

await mkdir('dist', { recursive: true });
for (const file of program.outputFiles) await writeWhole(file.path, file.contents);
const danfo = await bundleDanfo('dist/danfo.js');
await writeWhole('dist/THIRD-PARTY-LICENCES.txt', await licences([program.metafile, danfo.metafile]));
await removeOthers('dist', '.js', [...program.outputFiles.map((file) => file.path), 'dist/danfo.js']);

if (existsSync('src/schema')) {
  await mkdir('dist/schema', { recursive: true });
  const schemas = (await readdir('src/schema')).filter((name) => name.endsWith('.json'));
  await Promise.all(schemas.map((name) => copyFile(`src/schema/${name}`, `dist/schema/${name}`)));
}
if (!process.argv.includes('--no-types')) await emitTypes('dist/types');
