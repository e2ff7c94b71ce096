import type { Ruler } from './ruler.ts';

export function padEnd(text: string, width: number, ruler: Ruler): string {
  return text + ' '.repeat(Math.max(0, width - ruler.width(text)));
}

export function padStart(text: string, width: number, ruler: Ruler): string {
  return ' '.repeat(Math.max(0, width - ruler.width(text))) + text;
}

/** How many characters fit, counted from the first. */
function fitting(characters: readonly string[], width: number, ruler: Ruler): number {
  let used = 0;
  let count = 0;
  for (const character of characters) {
    used += ruler.width(character);
    if (used > width) break;
    count++;
  }
  return count;
}

/** Shortens in the middle: the end of a path tells more than its start, so it gets two thirds. */
export function shorten(text: string, width: number, ellipsis: string, ruler: Ruler): string {
  if (ruler.width(text) <= width) return text;
  const characters = ruler.characters(text);
  const room = width - ruler.width(ellipsis);
  if (room < 2) return characters.slice(0, fitting(characters, width, ruler)).join('');
  const tail = fitting(characters.toReversed(), Math.ceil((room * 2) / 3), ruler);
  const tailText = characters.slice(characters.length - tail).join('');
  const head = fitting(characters, room - ruler.width(tailText), ruler);
  return characters.slice(0, head).join('') + ellipsis + tailText;
}

/** Breaks at spaces into lines of at most `width` columns; a longer word stands alone, since it may have to be copied. */
export function wrap(text: string, width: number, ruler: Ruler): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && ruler.width(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines;
}
