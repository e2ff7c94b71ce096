import { Buffer } from 'node:buffer';
import { ForeignInputError, UsageError } from '../model/error.ts';
import type { Dialect, Sample } from './dialect.ts';
import { recogniseForeign } from './foreign/foreign.ts';
import { DIALECTS } from './registry.ts';

/** Bytes that detection looks at, at most. */
export const SAMPLE_BYTES = 65_536;

/** A dialect less sure than this does not get the input. */
const SURE_ENOUGH = 0.3;

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/**
 * The head of an input, ready for detection. A UTF-8 byte order mark (PowerShell and Notepad write one) is left out of
 * the text; so is nothing else.
 */
export function sampleOf(bytes: Uint8Array): Sample {
  const head = bytes.length > SAMPLE_BYTES ? bytes.subarray(0, SAMPLE_BYTES) : bytes;
  // Not TextDecoder('latin1'): that is windows-1252, and bytes 0x80 to 0x9f would not be themselves.
  const decoded = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const text = decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(BYTE_ORDER_MARK.length) : decoded;
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return { bytes: head, text, lines };
}

/**
 * The dialect of an input, or the named one when `forced`.
 * @throws UsageError if no dialect has the forced name
 * @throws ForeignInputError if the input is nobody's, saying what it is where that can be recognised
 */
export function detectDialect(sample: Sample, forced?: string): Dialect {
  if (forced !== undefined) return dialectNamed(forced);
  const { dialect: best, certainty } = surest(sample, DIALECTS);
  const foreign = recogniseForeign(sample);
  if (foreign && foreign.certainty > certainty) throw new ForeignInputError(foreign.message, foreign.hint);
  if (best && certainty >= SURE_ENOUGH) return best;
  throw new ForeignInputError(
    'The input is no listing of open files that leaksof knows.',
    `save one with: lsof -nP > dump.txt   (or name its format: --dialect ${DIALECTS[0]?.name ?? 'NAME'})`,
  );
}

/** Which of some dialects is surest of a sample, the first among equals; null where none is sure at all. */
export function surest(
  sample: Sample,
  dialects: readonly Dialect[],
): { readonly dialect: Dialect | null; readonly certainty: number } {
  let best: Dialect | null = null;
  let certainty = 0;
  for (const dialect of dialects) {
    const sure = dialect.detect(sample);
    if (sure <= certainty) continue;
    best = dialect;
    certainty = sure;
  }
  return { dialect: best, certainty };
}

function dialectNamed(name: string): Dialect {
  const found = DIALECTS.find((dialect) => dialect.name === name);
  if (found) return found;
  const names = DIALECTS.map((dialect) => dialect.name).join(', ');
  throw new UsageError(`There is no dialect "${name}".`, `one of: ${names}`);
}
