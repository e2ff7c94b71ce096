import { detectDialect, sampleOf } from '../../../src/dialect/detect.ts';
import { dressesOf } from '../../../src/dialect/dress/dresses.ts';
import { Undressing } from '../../../src/dialect/dress/undressing.ts';
import { readAgain } from '../../../src/dialect/second-reading.ts';
import { asUtf8, MARK_BYTES } from '../../../src/source/encoding.ts';
import { type Parsed, parse } from '../../support/parsed.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A paste read as a file of it would be: encoding, dress, dialect, second reading. Throws where it is refused. */
export async function readPaste(input: Uint8Array): Promise<Parsed> {
  const parts: Uint8Array[] = [];
  for await (const part of asUtf8(input.subarray(0, MARK_BYTES), once(input))) parts.push(part);
  const dressed = new Uint8Array(Buffer.concat(parts));
  const dresses = dressesOf(sampleOf(dressed));
  if (dresses.length === 0) return parsed(dressed);
  const undressing = new Undressing(dresses);
  const bare = new Uint8Array(Buffer.concat([undressing.write(dressed), undressing.end()]));
  const read = parsed(bare, undressing);
  const hidden = [...read.result.hidden, ...undressing.notes];
  return { ...read, result: { ...read.result, hidden, lines: undressing.coverage(read.result.lines) } };
}

function parsed(bytes: Uint8Array, undressing?: Undressing): Parsed {
  const dialect = detectDialect(sampleOf(bytes));
  return parse(
    {
      ...dialect,
      parser: (consumer) => readAgain(dialect, undressing ? undressing.numbered(consumer) : consumer),
    },
    bytes,
  );
}
