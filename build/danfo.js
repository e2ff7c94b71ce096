import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { builtinRequires, empty, refused } from './plugins.js';
import { writeWhole } from './write.js';

/** What leaksof's DataFrame can be used with; the rest of danfo.js (plots, Excel, WebGL) is left out. */
const EXPORTS = [
  'Config',
  'DataFrame',
  'Dt',
  'LabelEncoder',
  'MinMaxScaler',
  'NDframe',
  'OneHotEncoder',
  'Series',
  'StandardScaler',
  'Str',
  'Utils',
  'concat',
  'dateRange',
  'getDummies',
  'merge',
  'tensorflow',
  'toDateTime',
];

/** Asked for by functions that people may call: they say why it does not work. */
const REFUSED = /^(?:xlsx|plotly\.js-dist-min)$/;
/** Asked for while loading, and used by nothing that danfo.js does. */
const UNUSED = /^node-fetch$|^@tensorflow\/tfjs-(?:layers|converter|data|backend-webgl)(?:\/|$)/;

/** Bundles danfo.js with what it needs of TensorFlow.js into one file: 1.9 MB where the packages are 377 MB. */
export async function bundleDanfo(outfile) {
  const { version } = JSON.parse(await readFile('node_modules/danfojs/package.json', 'utf8'));
  const result = await build({
    stdin: { contents: `export { ${EXPORTS.join(', ')} } from 'danfojs';`, resolveDir: '.', sourcefile: 'danfo.js' },
    outfile,
    bundle: true,
    minify: true,
    // Node prints the line of an error that nobody caught: not two megabytes of it.
    lineLimit: 160,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: { js: `/* danfo.js ${version}; licences: THIRD-PARTY-LICENCES.txt */` },
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
    plugins: [
      refused(REFUSED, (name) => `this build of danfo.js has no ${name}: plots and Excel files are left out`),
      empty(UNUSED),
      builtinRequires(),
    ],
  });
  for (const file of result.outputFiles) await writeWhole(file.path, file.contents);
  return result;
}
