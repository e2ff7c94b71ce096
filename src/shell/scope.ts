import { COLUMN_DOCS, help } from './help.ts';
import { frameText } from './printed.ts';
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
  for (const kind of [danfo.DataFrame, danfo.Series]) {
    Object.defineProperty(kind.prototype, 'print', {
      configurable: true,
      value(this: InstanceType<typeof kind>) {
        write(`${frameText(this)}\n`);
      },
    });
  }
}
