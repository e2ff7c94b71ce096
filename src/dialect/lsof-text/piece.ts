/** A line, or the part of one that a narrow terminal, a pager or a mailer left. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** How wide a line is: in characters, and in terminal columns, two for the wide characters of East Asia. */
export interface Size {
  readonly columns: number;
  readonly characters: number;
}

export function sizeOf({ bytes, start, end }: Piece): Size {
  let characters = 0;
  let wide = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if ((byte & 0xc0) === 0x80) continue;
    characters++;
    if (byte >= 0xe3 && byte <= 0xed) wide++;
  }
  return { columns: characters + wide, characters };
}
