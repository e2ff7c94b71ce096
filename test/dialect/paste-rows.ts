import { expect } from 'vitest';
import { detectDialect, sampleOf } from '../../src/dialect/detect.ts';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { parse } from '../support/parsed.ts';

/** The rows of a paste as a reader would write them down; the dialect must be found, too. */
export function rows(...lines: string[]): string[] {
  const text = `${lines.join('\n')}\n`;
  expect(detectDialect(sampleOf(Buffer.from(text))).name).toBe('lsof');
  return parse(lsofText, text).rows.map(({ line, pid, cells }) =>
    [line, cells.command ?? '~', pid, cells.user, cells.fd, cells.type ?? '~', cells.name].join('|'),
  );
}
