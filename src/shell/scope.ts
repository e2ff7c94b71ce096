import { COLUMN_DOCS, help } from './help.ts';
import { type Drawable, frameText } from './printed.ts';
import type { Session } from './session.ts';

/**
 * Puts the session's names into the global scope: `df` and `rows` are made at their first use and may be assigned to.
 * danfo.js's `print()` writes names as they are; here it goes through `write`, so that they cannot act on the terminal.
 */
export function openScope(session: Session, write: (text: string) => void): void {
  const { danfo, rank, names, show } = session;
  for (const name of ['df', 'rows'] as const) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: true,
      get: () => session[name],
      set: (value: unknown) => {
        Object.defineProperty(globalThis, name, { configurable: true, enumerable: true, writable: true, value });
      },
    });
  }
  Object.assign(globalThis, { danfo, rank, names, show, columns: COLUMN_DOCS, help });
  // What danfo.js's own functions return is of the classes below those that it exports.
  const kinds = [danfo.DataFrame.prototype, danfo.Series.prototype];
  for (const kind of [...kinds, ...kinds.map((prototype) => Object.getPrototypeOf(prototype))]) {
    Object.defineProperty(kind, 'print', {
      configurable: true,
      value(this: Drawable) {
        write(`${frameText(this)}\n`);
      },
    });
  }
}
