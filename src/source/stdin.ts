import { fstatSync } from 'node:fs';
import { descriptorChunks } from './file.ts';
import { readError } from './read-error.ts';

const STDIN = 0;
/** Milliseconds without a first byte after which `onSilence` is told. */
const SILENCE_MS = 2000;

/**
 * Standard input: a file is read in large pieces, a pipe as it comes.
 *
 * @param onSilence called once if a pipe has given nothing for two seconds, so that somebody can say what is awaited
 * @throws LeaksofError (exit 2) where it cannot be read
 */
export async function* stdinChunks(onSilence?: () => void): AsyncGenerator<Uint8Array> {
  try {
    if (fstatSync(STDIN).isFile()) yield* descriptorChunks(STDIN);
    else yield* pipeChunks(process.stdin, onSilence);
  } catch (error) {
    throw readError('stdin', error);
  }
}

async function* pipeChunks(stream: NodeJS.ReadStream, onSilence?: () => void): AsyncGenerator<Uint8Array> {
  const timer = onSilence ? setTimeout(onSilence, SILENCE_MS) : undefined;
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}
