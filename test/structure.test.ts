import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Who may import whom. Bytes run down from source to view; dialect and source, analysis, and view are three wings that
 * know the model and never one another; what happens in time (measure) stands above the first two. A new edge is a decision: it is made here.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  columns: [],
  model: ['columns'],
  dialect: ['model', 'columns'],
  source: ['dialect', 'model', 'columns'],
  analysis: ['model', 'columns'],
  view: ['model', 'columns'],
  measure: ['source', 'dialect', 'analysis', 'model', 'columns'],
  library: ['source', 'analysis', 'view', 'model', 'columns'],
  shell: ['library', 'view', 'analysis', 'model', 'columns'],
  command: ['shell', 'library', 'measure', 'source', 'dialect', 'analysis', 'view', 'schema', 'model', 'columns'],
  schema: [],
  cli: ['command', 'model'],
  index: ['library', 'analysis', 'view', 'model', 'columns'],
};

const LONGEST_FILE = 300;

interface File {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

function files(folder: string, endings: RegExp): File[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

const sources = files('src', /\.ts$/);

/** The folder below src, or the name of a file that lies in src itself. */
function partOf(path: string): string {
  return relative('src', path).replace(/[/.].*$/, '');
}

/** Paths that a file imports, types and lazy imports too. */
function importsOf({ path, text }: File): string[] {
  const code = text.replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, '');
  const found = code.matchAll(/(?:^|[^\w.])(?:from|import)\s*\(?\s*'(\.[^']+)'/gm);
  return [...found].map((match) => join(dirname(path), match[1] as string));
}

const graph = new Map(sources.map((file) => [file.path, importsOf(file)]));

/** The first circle found from `path` on, as the way round it. */
function circle(path: string, way: readonly string[], done: Set<string>): string[] | null {
  if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
  if (done.has(path)) return null;
  for (const next of graph.get(path) ?? []) {
    const found = circle(next, [...way, path], done);
    if (found) return found;
  }
  done.add(path);
  return null;
}

describe('the import graph of src', () => {
  it('has every part in the plan', () => {
    expect([...new Set(sources.map((file) => partOf(file.path)))].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
  });

  it('has no edge that goes up or crosses from wing to wing', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => partOf(target) !== partOf(file.path))
        .filter((target) => !MAY_IMPORT[partOf(file.path)]?.includes(partOf(target)))
        .map((target) => `${file.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no circle', () => {
    const done = new Set<string>();
    const circles = sources.map((file) => circle(file.path, [], done)).filter((found) => found !== null);
    expect([...new Set(circles.map((found) => found.toSorted().join(' ')))]).toEqual([]);
  });

  it('leads only to files that exist', () => {
    const known = new Set(sources.map((file) => file.path));
    const lost = [...graph].flatMap(([path, targets]) =>
      targets.filter((target) => target.endsWith('.ts') && !known.has(target)).map((target) => `${path} -> ${target}`),
    );
    expect(lost).toEqual([]);
  });
});

describe('rules that no linter knows', () => {
  it(`keeps files within ${LONGEST_FILE} lines`, () => {
    const own = [...sources, ...files('test', /\.ts$/), ...files('build', /\.js$/), ...files('bench', /\.js$/)];
    const long = own.map(({ path, text }) => [path, text.split('\n').length - 1] as const);
    expect(long.filter(([, lines]) => lines > LONGEST_FILE)).toEqual([]);
  });

  it('lets only cli and command touch the output, the arguments and the exit code', () => {
    const touches = /\bprocess\.(?:stdout|stderr|argv|exit|exitCode)\b/;
    const wrong = sources.filter(({ path, text }) => !/^(?:cli|command)$/.test(partOf(path)) && touches.test(text));
    // The scanner and the demo's server are programs of their own: they talk to the process that started them.
    expect(wrong.map((file) => file.path).filter((path) => !/scanner|demo\/server/.test(path))).toEqual([]);
  });

  it('gives reasons instead of silencing the tools', () => {
    const silenced = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|v8 ignore|\bTODO\b|\bFIXME\b/;
    expect(sources.filter(({ text }) => silenced.test(text)).map((file) => file.path)).toEqual([]);
  });
});
