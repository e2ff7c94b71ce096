import { encodeText } from '../columns/utf8.ts';
import type { Chunks } from './file.ts';

/** Bytes that a byte order mark takes at most. */
export const MARK_BYTES = 3;

/**
 * The input as UTF-8 without a byte order mark. PowerShell 5's `>` writes UTF-16 with a mark: `ssh box lsof > dump.txt`
 * on Windows gives such a file. Everything without a mark passes untouched.
 */
export function asUtf8(head: Uint8Array, chunks: Chunks): Chunks {
  if (head[0] === 0xff && head[1] === 0xfe) return transcoded(chunks, 'utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return transcoded(chunks, 'utf-16be');
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return withoutMark(chunks);
  return chunks;
}

async function* transcoded(chunks: Chunks, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield encodeText(decoder.decode(chunk, { stream: true }));
  yield encodeText(decoder.decode());
}

async function* withoutMark(chunks: Chunks): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of chunks) {
    yield first ? chunk.subarray(MARK_BYTES) : chunk;
    first = false;
  }
}
