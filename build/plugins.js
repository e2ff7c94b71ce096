import { builtinModules } from 'node:module';

const BUILTIN = new Set(builtinModules);

/** `import('danfojs')` becomes an import of the chunk that `danfo.js` makes. */
export function danfoChunk(path) {
  return {
    name: 'danfo-chunk',
    setup(build) {
      build.onResolve({ filter: /^danfojs$/ }, () => ({ path, external: true }));
    },
  };
}

/** `require('util')` in a bundled CommonJS package: an ES module has no `require`, and Node gives its modules by name. */
export function builtinRequires() {
  return {
    name: 'builtin-requires',
    setup(build) {
      build.onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) => {
        const name = path.replace(/^node:/, '');
        return kind === 'require-call' && BUILTIN.has(name) ? { path: name, namespace: 'builtin' } : null;
      });
      build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
        loader: 'js',
      }));
    },
  };
}

/** Replaces packages by a module without anything in it. */
export function empty(filter) {
  return replaced('empty', filter, () => 'module.exports = {};');
}

/** Replaces packages by a module that explains itself when something of it is used. */
export function refused(filter, message) {
  return replaced(
    'refused',
    filter,
    (path) => `
      const silent = new Set(['__esModule', 'default', 'then']);
      module.exports = new Proxy({}, {
        get(_, key) {
          if (typeof key === 'symbol' || silent.has(key)) return undefined;
          throw new Error(${JSON.stringify(message(path))});
        },
      });`,
  );
}

function replaced(namespace, filter, contents) {
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: contents(path), loader: 'js' }));
    },
  };
}
