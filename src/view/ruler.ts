/** Measures text as a terminal shows it. */
export interface Ruler {
  /** Columns that the text takes. */
  width(text: string): number;
  /** What may not be cut in two. */
  characters(text: string): string[];
}

/** Text of which every UTF-16 unit is one column: Latin, general punctuation, arrows, box drawing and blocks. */
const SIMPLE = /^[ -\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u259f]*$/;

export function isSimple(text: string): boolean {
  return SIMPLE.test(text);
}

/** For simple text only. */
export const SIMPLE_RULER: Ruler = {
  width: (text) => text.length,
  characters: (text) => text.split(''),
};
