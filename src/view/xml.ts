import { safeText } from './escape.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Code points that no XML 1.0 document may hold (https://www.w3.org/TR/xml/#charsets) and that are no control characters. */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** Text inside XML, in an element or an attribute: no markup can begin in it, and no character in it is illegal. */
export function xmlText(text: string): string {
  return safeText(text)
    .replace(FORBIDDEN, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
