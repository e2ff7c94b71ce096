/**
 * Characters that can move a cursor, hide text or turn it round: controls (C0, DEL, C1), format characters (bidi marks and
 * isolates), everything that prints as nothing (zero-width, fillers, tags, variation selectors), lone surrogates, line and
 * paragraph separators. Names of files and processes are chosen by whoever opened them.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');
const PLAIN = /^[ -~]*$/;

/** A character as `\xNN` below U+0100, as `\u{...}` above. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

/** Text that is safe on a terminal: one line, no control, bidi or invisible character; those are shown as `\xNN` or `\u{...}`. */
export function safeText(text: string): string {
  if (PLAIN.test(text) || !UNSAFE.test(text)) return text;
  return text.replace(UNSAFE_ALL, visible);
}

/** Beyond `safeText`, every character outside ASCII is shown by its code: for terminals whose locale is not UTF-8. */
export function asciiText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/[^ -~]/gu, visible);
}

const MARKDOWN: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '`': '&#96;',
  '@': '&#64;',
};

/** Text inside Markdown: no markup, HTML, table cell, code span or mention can begin in it. */
export function markdownText(text: string): string {
  return safeText(text)
    .replace(/[\\*_[\]~#]/g, '\\$&')
    .replace(/[&<>|`@]/g, (character) => MARKDOWN[character] ?? character);
}

/** A name as a Markdown code span, where markup and mentions are dead; what could end the span or its table cell is shown as `\xNN`. */
export function markdownCode(text: string): string {
  const inside = safeText(text).replace(/[`|<]/g, visible);
  return inside.trim() === '' ? '' : `\`${inside}\``;
}

/** What a spreadsheet takes for the start of a formula, full-width forms too. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** Text of a CSV or TSV cell before quoting: terminal-safe, and never a formula (a leading `'` makes it text). */
export function cellText(text: string): string {
  const safe = safeText(text);
  return FORMULA.test(safe) ? `'${safe}` : safe;
}

/** JSON text whose strings hold no raw control, bidi or invisible character: they become `\uNNNN`, the value stays the same. */
export function safeJson(json: string): string {
  if (!/[^\n -~]/.test(json)) return json;
  return json.replace(/[^\n -~]/gu, (character) => {
    if (!UNSAFE.test(character)) return character;
    let escaped = '';
    for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
    return escaped;
  });
}
