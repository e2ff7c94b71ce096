import type { DataFrame, Series } from 'danfojs';

export type { DataFrame, Series } from 'danfojs';

/** One column on its way into a DataFrame. */
export interface FrameColumn {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
}

/** danfo.js, as much of it as leaksof carries: `DataFrame`, `Series`, `concat`, `merge`, `toDateTime`, encoders, scalers. */
export type Danfo = typeof import('danfojs');

let loaded: Promise<Danfo> | null = null;

/** Loads danfo.js: a quarter of a second, so only when somebody wants a DataFrame. */
export function loadDanfo(): Promise<Danfo> {
  loaded ??= import('danfojs').then((danfo) => {
    // Without this, TensorFlow.js prints an advertisement for its native package at the first use of a tensor.
    danfo.tensorflow.env().set('PROD', true);
    mendValueCounts(danfo);
    return danfo;
  });
  return loaded;
}

/**
 * danfo.js 1.1.2 passes the values that it counts through `parseInt`: `127.0.0.1:80` and `127.0.0.1:443` both become 127, and
 * it then fails over two rows of one name. Here every value stays what it is, in order of first appearance.
 */
function mendValueCounts(danfo: Danfo): void {
  const prototype = Object.getPrototypeOf(danfo.Series.prototype);
  Object.defineProperty(prototype, 'valueCounts', {
    configurable: true,
    writable: true,
    value(this: Series): Series {
      const counts = new Map<unknown, number>();
      for (const value of this.values) counts.set(value, (counts.get(value) ?? 0) + 1);
      const index = [...counts.keys()].map((value) => (typeof value === 'number' ? value : String(value)));
      return new danfo.Series([...counts.values()], { index });
    },
  });
}

const DTYPES: Readonly<Record<FrameColumn['type'], string>> = {
  string: 'string',
  number: 'float32',
  boolean: 'boolean',
};

/**
 * A danfo.js DataFrame of `rows`, whose cells are in the order of `columns`; absent cells are null, which danfo.js counts
 * as missing. The types are given, not guessed from the first rows (danfo.js looks at ten, and they may all be absent).
 * `float32` is only danfo.js's label for numbers: they are kept as given.
 */
export function dataFrame(
  danfo: Danfo,
  columns: readonly FrameColumn[],
  rows: (string | number | boolean | null)[][],
): DataFrame {
  return new danfo.DataFrame(rows, {
    columns: columns.map((column) => column.name),
    dtypes: columns.map((column) => DTYPES[column.type]),
  });
}
