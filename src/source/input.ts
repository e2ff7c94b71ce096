import { fstatSync, statSync } from 'node:fs';
import type { Source } from '../model/source.ts';
import type { InputOptions } from './plain-input.ts';
import { threadedSource, threadProgram } from './thread/threaded.ts';

export type { InputOptions } from './plain-input.ts';

/** Bytes of a file from which on a second thread is worth its start; a compressed one is ten times as much text. */
const LARGE = 2 << 20;
const STDIN = 0;

/**
 * A saved or piped listing in any dialect, plain or compressed. A large file is read and parsed by a thread of its own,
 * which begins at once; anything else when it is asked for its rows.
 *
 * Reading throws a LeaksofError (exit 2) for input that is missing, empty, unreadable or no listing.
 */
export function inputSource(options: InputOptions): Source {
  const program = options.ready === undefined && isLarge(options.path) ? threadProgram() : null;
  if (program !== null) return threadedSource(options, program);
  const plain = import('./plain-input.ts');
  return { read: async (consumer) => (await plain).plainInput(options).read(consumer) };
}

/** False too where that cannot be seen, so that reading it says why. */
function isLarge(path: string): boolean {
  try {
    const status = path === '-' ? fstatSync(STDIN) : statSync(path);
    return status.isFile() && status.size >= LARGE;
  } catch {
    return false;
  }
}
