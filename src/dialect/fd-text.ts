const SPACE = 32;
const MINUS = 45;

/**
 * Builds the text of lsof's FD column from its three parts: `27`, `u`, `W` give `27uW`. A blank access before a lock
 * is printed `-` (print_file in lsof's src/print.c); blanks at the end are not part of the cell.
 */
export class FdText {
  readonly bytes = new Uint8Array(66);
  length = 0;
  #access = SPACE;
  #lock = SPACE;

  clear(): void {
    this.length = 0;
    this.#access = SPACE;
    this.#lock = SPACE;
  }

  /** The number or name; old builds pad it on the left. */
  label(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    while (from < end && bytes[from] === SPACE) from++;
    this.length = 0;
    for (; from < end && this.length < 64; from++) this.bytes[this.length++] = bytes[from] as number;
  }

  access(byte: number): void {
    this.#access = byte;
  }

  lock(byte: number): void {
    this.#lock = byte;
  }

  /** Appends access and lock to the label. */
  finish(): void {
    if (this.#access !== SPACE) this.bytes[this.length++] = this.#access;
    else if (this.#lock !== SPACE) this.bytes[this.length++] = MINUS;
    if (this.#lock !== SPACE) this.bytes[this.length++] = this.#lock;
  }
}
