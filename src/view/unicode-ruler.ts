import stringWidth from 'string-width';
import { isSimple, type Ruler, SIMPLE_RULER } from './ruler.ts';

const segmenter = new Intl.Segmenter();

/** For any text: East Asian wide characters and emoji take two columns, combining marks none. Slow to load, so loaded where needed. */
export const UNICODE_RULER: Ruler = {
  width: (text) => (isSimple(text) ? text.length : stringWidth(text)),
  characters: (text) =>
    isSimple(text) ? SIMPLE_RULER.characters(text) : Array.from(segmenter.segment(text), ({ segment }) => segment),
};
