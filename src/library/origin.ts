import { fileURLToPath } from 'node:url';
import type { RowFilter } from '../analysis/filter.ts';
import { anyGlob } from '../analysis/glob.ts';
import { type LeaksofError, UsageError } from '../model/error.ts';
import type { Source } from '../model/source.ts';
import type { Chunks } from '../source/file.ts';
import type { LiveOptions } from '../source/live.ts';
import type { Input, LiveInput } from './input.ts';

export interface OriginOptions {
  readonly dialect?: string | undefined;
  readonly filter?: RowFilter | undefined;
}

/** How deep to look at the live machine. */
export type Depth = Pick<LiveOptions, 'names' | 'detail'> & Partial<Pick<LiveOptions, 'top' | 'budgetMs' | 'pids'>>;

/** Opens the input anew for one reading; `ready` is awaited between pieces where rows are taken one by one. */
export type Origin = (depth: Depth, ready?: () => Promise<void>) => Promise<Source>;

export function originOf(input: Input, options: OriginOptions): Origin {
  if (typeof input === 'object' && 'live' in input) return (depth) => liveOrigin(input, options.filter ?? {}, depth);
  const { dialect } = options;
  if (typeof input === 'string' || input instanceof URL) {
    const path = typeof input === 'string' ? input : fileURLToPath(input);
    return async (_depth, ready) => {
      const { inputSource } = await import('../source/input.ts');
      return inputSource({ path, dialect, ...(ready ? { ready } : {}) });
    };
  }
  let used = false;
  return async (_depth, ready) => {
    const { bytesSource } = await import('../source/bytes.ts');
    if (!(input instanceof Uint8Array)) {
      if (used) throw streamUsed();
      used = true;
    }
    const chunks = input instanceof Uint8Array ? once(input) : asBytes(input);
    return bytesSource({ chunks, kind: 'stdin', name: '-', dialect, ...(ready ? { ready } : {}) });
  };
}

function streamUsed(): LeaksofError {
  return new UsageError('A stream can be read once.', 'keep its rows: const listing = await read(stream).keep()');
}

async function* once(bytes: Uint8Array): Chunks {
  yield bytes;
}

async function* asBytes(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function liveOrigin(input: LiveInput, filter: RowFilter, depth: Depth): Promise<Source> {
  if (process.platform === 'win32') {
    throw new UsageError('Windows has no list of open files that leaksof can read; it reads listings made elsewhere.');
  }
  if (process.platform !== 'linux' && input.proc === undefined) {
    const { lsofSource } = await import('../source/lsof.ts');
    return lsofSource();
  }
  const { liveSource } = await import('../source/live.ts');
  const { command = [], user = [], pid = [] } = filter;
  const [byCommand, byUser] = [anyGlob(command), anyGlob(user)];
  return liveSource({
    ...depth,
    ...(pid.length > 0 ? { pids: pid } : {}),
    ...(input.proc === undefined ? {} : { root: input.proc }),
    keep: (fact) =>
      (command.length === 0 || fact.command === undefined || byCommand(fact.command)) &&
      (user.length === 0 || fact.user === undefined || byUser(fact.user)),
  });
}
