import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { build } from 'esbuild';

/**
 * Merges chunks that are always loaded together into one file for each route. A splitting bundler makes a chunk for each
 * set of entries that share something: a program of twenty commands loads fifty small files before it answers, and to open
 * and link each takes Node most of a millisecond.
 *
 * @param program what esbuild made: files, and the metafile that tells what imports what
 * @param routes lists of sources that are entries. All chunks that the first list loads become one file; what the second
 *   loads besides, another. An entry stays the file that it is.
 * @param common options of the build
 * @returns the files to write
 */
export async function mergeChunks(program, routes, common) {
  const chunks = new Map(
    Object.entries(program.metafile.outputs).map(([path, output]) => [
      basename(path),
      {
        text: program.outputFiles.find((file) => basename(file.path) === basename(path))?.text ?? '',
        imports: output.imports.filter(({ kind }) => kind === 'import-statement').map((one) => basename(one.path)),
        names: output.exports,
        entry: output.entryPoint,
      },
    ]),
  );
  const merged = new Map();
  const files = [];
  for (const [at, route] of routes.entries()) {
    const own = sharedBy(route, chunks).filter((name) => !merged.has(name));
    const lines = own.map((name) => {
      const names = chunks.get(name).names.map((one) => `${one} as ${alias(one, name)}`);
      return `export { ${names.join(', ')} } from './${name}';`;
    });
    const text = await bundle(lines.join('\n'), new Map(own.map((name) => [name, null])), { chunks, merged, common });
    const file = `route-${at + 1}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.js`;
    files.push({ path: `${common.outdir}/${file}`, contents: text });
    for (const name of own) merged.set(name, file);
  }
  for (const [name, { text }] of chunks) {
    if (merged.has(name)) continue;
    files.push({
      path: `${common.outdir}/${name}`,
      contents: await bundle(text, new Map(), { chunks, merged, common }),
    });
  }
  return files;
}

/** Chunks, but for entries, that are loaded with the entries of those sources. */
function sharedBy(sources, chunks) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name) || !chunks.has(name)) return;
    seen.add(name);
    for (const other of chunks.get(name).imports) visit(other);
  };
  for (const source of sources) {
    const found = [...chunks].find(([, { entry }]) => entry === source);
    if (!found) throw new Error(`${source} is no entry of the program`);
    visit(found[0]);
  }
  return [...seen].filter((name) => chunks.get(name).entry === undefined);
}

/** The name under which a route's file gives what a chunk gave. */
function alias(name, chunk) {
  return `${name}_${chunk.replace(/\W/g, '_')}`;
}

/** A file whose imports of chunks in `inside` are taken in, those of merged ones go to the route's file, and others stay. */
async function bundle(contents, inside, { chunks, merged, common }) {
  const plugin = {
    name: 'merge-chunks',
    setup(setup) {
      setup.onResolve({ filter: /^\.\// }, ({ path, kind }) => {
        const name = path.slice(2);
        if (kind === 'import-statement' && inside.has(name)) return { path: name, namespace: 'chunk' };
        if (kind === 'import-statement' && merged.has(name)) return { path: name, namespace: 'merged' };
        return { path, external: true };
      });
      setup.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({ contents: chunks.get(path).text }));
      setup.onLoad({ filter: /.*/, namespace: 'merged' }, ({ path }) => {
        const names = chunks.get(path).names.map((one) => `${alias(one, path)} as ${one}`);
        return { contents: `export { ${names.join(', ')} } from './${merged.get(path)}';` };
      });
    },
  };
  const result = await build({
    ...common,
    stdin: { contents, sourcefile: 'entry.js' },
    format: 'esm',
    plugins: [plugin],
  });
  return result.outputFiles[0].text;
}
