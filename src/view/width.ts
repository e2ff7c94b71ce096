import stringWidth from 'string-width';

/** Columns a text takes on a terminal; East Asian wide characters take two. */
export function textWidth(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

const segments = new Intl.Segmenter();

/** The longest run of whole characters that fits, from the start or from the end. */
function fitting(characters: readonly string[], width: number): number {
  let used = 0;
  let count = 0;
  for (const character of characters) {
    used += textWidth(character);
    if (used > width) break;
    count++;
  }
  return count;
}

/** Shortens in the middle: the end of a path tells more than its start, so it gets two thirds. */
export function shorten(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room < 2) return shortenEnd(text, width);
  const characters = Array.from(segments.segment(text), ({ segment }) => segment);
  const tail = fitting(characters.toReversed(), Math.ceil((room * 2) / 3));
  const tailText = characters.slice(characters.length - tail).join('');
  const head = fitting(characters, room - textWidth(tailText));
  return characters.slice(0, head).join('') + ellipsis + tailText;
}

function shortenEnd(text: string, width: number): string {
  const characters = Array.from(segments.segment(text), ({ segment }) => segment);
  return characters.slice(0, fitting(characters, width)).join('');
}

/** Breaks at spaces into lines of at most `width` columns; a longer word stands alone, since it may have to be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines;
}
