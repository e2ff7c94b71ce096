import { readFileSync } from 'node:fs';
import { readError } from '../../source/read-error.ts';
import type { Invocation } from '../definition.ts';

/** The URLs of the words and of `--urls FILE`, each once, in order. */
export function urlsOf({ words, options }: Pick<Invocation, 'words' | 'options'>): string[] {
  const file = options.text('urls');
  return [...new Set([...words, ...(file === null ? [] : linesOf(file))])];
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
      .filter((line) => line !== '');
  } catch (error) {
    throw readError(file, error);
  }
}
