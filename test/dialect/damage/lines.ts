import type { Capture, TruthRow } from '../lsof-text-support.ts';

/** A capture's lines with what each row truly says; header and other lines have `truth: null`. */
export interface TrueLine {
  text: string;
  truth: TruthRow | null;
}

/** What damage leaves: the text and the truth by the new line numbers. */
export interface Damaged {
  text: string;
  truth: Map<number, TruthRow>;
  /** The bytes, where they are not the text in UTF-8. */
  bytes?: Uint8Array;
}

export type Damage = (lines: readonly TrueLine[]) => Damaged;

export function linesOf(capture: Capture): TrueLine[] {
  const lines = capture.bytes.toString('utf8').split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines.map((text, index) => ({ text, truth: capture.truth.get(index + 1) ?? null }));
}

export function assemble(lines: readonly (TrueLine & { extra?: readonly string[] })[], end = '\n'): Damaged {
  const out: string[] = [];
  const truth = new Map<number, TruthRow>();
  for (const line of lines) {
    out.push(line.text);
    if (line.truth) truth.set(out.length, line.truth);
    if (line.extra) out.push(...line.extra);
  }
  return { text: out.join(end) + end, truth };
}

export function each(lines: readonly TrueLine[], change: (text: string, index: number) => string): Damaged {
  return assemble(lines.map((line, index) => ({ text: change(line.text, index), truth: line.truth })));
}

export const isHeader = (line: TrueLine): boolean => /^COMMAND +PID/.test(line.text);

/** Lines that are in no listing. */
export const around = (...texts: readonly string[]): TrueLine[] => texts.map((text) => ({ text, truth: null }));
