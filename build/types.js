import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const DANFO = 'node_modules/danfojs/dist';

/**
 * Declarations of the library. danfo.js is bundled, so its users do not have its types installed: those travel too,
 * without what they say of the packages that are left out.
 */
export async function emitTypes(folder) {
  await rm(folder, { recursive: true, force: true });
  await promisify(execFile)(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--outDir',
    folder,
  ]);
  const danfo = join(folder, 'danfojs');
  const files = await declarations(folder);
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    const own = relative(join(file, '..'), join(danfo, 'danfojs-browser/src/index.js')).replaceAll('\\', '/');
    const shipped = text
      .replaceAll(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2')
      .replaceAll(/(['"])danfojs\1/g, `'${own.startsWith('.') ? own : `./${own}`}'`);
    await writeFile(file, shipped);
  }
  for (const part of ['danfojs-base', 'danfojs-browser']) await copyDeclarations(join(DANFO, part), join(danfo, part));
  await writeFile(join(danfo, 'package.json'), '{ "type": "commonjs" }\n');
}

async function copyDeclarations(from, to) {
  for (const file of await declarations(from)) {
    const target = join(to, relative(from, file));
    await mkdir(join(target, '..'), { recursive: true });
    await writeFile(target, withoutPackages(await readFile(file, 'utf8')));
  }
}

/** Types of packages that are left out, or that nobody needs to have installed, are replaced by open ones. */
function withoutPackages(text) {
  return text.replaceAll(/^import \{([^}]*)\} from ['"][^.'"][^'"]*['"];$/gm, (_, names) =>
    names
      .split(',')
      .map((name) => `interface ${name.trim()} { [key: string]: unknown }`)
      .join('\n'),
  );
}

async function declarations(folder) {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => name.endsWith('.d.ts')).map((name) => join(folder, name));
}
