import type { Source } from '../model/source.ts';
import { bytesSource } from './bytes.ts';
import { fileChunks, isFolder } from './file.ts';
import { sosreportSource } from './sosreport.ts';
import { stdinChunks } from './stdin.ts';

export interface InputOptions {
  /** A file, the folder of an unpacked sosreport, or `-` for standard input. */
  readonly path: string;
  /** Name of the dialect, where detection is not wanted. */
  readonly dialect?: string | undefined;
  /** Called once if standard input gives nothing for two seconds. */
  readonly onSilence?: () => void;
  /** Awaited between pieces, so that a slow taker of rows is not overrun; what it throws ends the reading. */
  readonly ready?: () => Promise<void>;
}

/**
 * A saved or piped listing in any dialect, plain or compressed. Parsing and counting share one thread: a second one for
 * parsing was measured and did not clearly gain on two cores, where V8's own compiler threads keep the other one busy.
 *
 * Reading throws a LeaksofError (exit 2) for input that is missing, empty, unreadable or no listing.
 */
export function inputSource({ path, onSilence, ...rest }: InputOptions): Source {
  if (path === '-') return bytesSource({ ...rest, chunks: stdinChunks(onSilence), kind: 'stdin', name: '-' });
  if (isFolder(path)) {
    return sosreportSource(path, (chunks, name) => bytesSource({ ...rest, chunks, kind: 'sosreport', name }));
  }
  return bytesSource({ ...rest, chunks: fileChunks(path), kind: 'file', name: path });
}
