import { fstatSync } from 'node:fs';
import { UsageError } from '../../model/error.ts';
import type { Source } from '../../model/source.ts';
import type { LiveOptions } from '../../source/live.ts';
import type { Invocation, Surroundings } from '../definition.ts';

/** Where this call's rows come from: `path` `-` is stdin. */
export type SourceChoice =
  | { readonly kind: 'input'; readonly path: string; readonly dialect: string | null }
  | { readonly kind: 'live'; readonly root: string | null };

/** How live names are to be read; which process they are of is the filters' business. */
export type LiveWish = Omit<LiveOptions, 'root'>;

/**
 * SOURCE if given; else stdin if somebody redirected a file or a pipe into it; else this machine.
 * `--live` and `--proc` insist on the machine, `-` on stdin.
 */
export function chooseSource(invocation: Invocation, word: string | undefined): SourceChoice {
  const { options } = invocation;
  const dialect = options.text('dialect');
  const root = options.text('proc');
  const live = options.flag('live') || root !== null;
  if (live && word !== undefined) {
    throw new UsageError(`${root === null ? '--live' : '--proc'} and SOURCE ${word}: one of them, not both.`);
  }
  if (live && dialect !== null) throw new UsageError('--dialect is for listings; the live machine has none.');
  if (live) return { kind: 'live', root };
  if (word !== undefined) return { kind: 'input', path: word, dialect };
  if (isFed(0)) return { kind: 'input', path: '-', dialect };
  if (dialect !== null)
    throw new UsageError('--dialect wants a listing: a file, or one on stdin.', 'lsof -nP | leaksof');
  return { kind: 'live', root: null };
}

/** Whether a descriptor is a file or a pipe (a socket is a pipe with another name); a terminal and /dev/null are neither. */
function isFed(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFile() || status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

/** The source that was chosen, its code loaded. */
export async function openSource(
  choice: SourceChoice,
  around: Surroundings,
  wish: LiveWish,
  quiet: boolean,
): Promise<Source> {
  if (choice.kind === 'input') {
    const { inputSource } = await import('../../source/input.ts');
    const onSilence = (): void => {
      around.stderr.write(
        'leaksof: waiting for a listing on stdin, as in `lsof -nP | leaksof` (this machine instead: leaksof --live)\n',
      );
    };
    const { path, dialect } = choice;
    return inputSource({ path, dialect: dialect ?? undefined, ...(quiet ? {} : { onSilence }) });
  }
  if (around.platform === 'win32') {
    throw new UsageError(
      'Windows has no list of open files that leaksof can read; it reads listings made elsewhere.',
      'leaksof dump.txt',
    );
  }
  if (around.platform !== 'linux' && choice.root === null) {
    const { lsofSource } = await import('../../source/lsof.ts');
    return lsofSource({ usageOf: wish.pids });
  }
  const { liveSource } = await import('../../source/live.ts');
  return liveSource({ ...wish, ...(choice.root === null ? {} : { root: choice.root }) });
}
