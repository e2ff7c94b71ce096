/** Last lines kept, and characters of each. */
const LINES = 20;
const LINE_LENGTH = 400;
/** A line that is longer is looked at in pieces. */
const LONGEST = 1 << 16;

/** What a command prints on stdout and stderr: passed on as it comes, its last lines kept, its lines offered. */
export class Output {
  readonly #pass: (bytes: Buffer) => void;
  readonly #listeners = new Set<(line: string) => void>();
  readonly #last: string[] = [];

  /** @param pass takes every byte, in order of arrival */
  constructor(pass: (bytes: Buffer) => void) {
    this.#pass = pass;
  }

  /** The last lines of both streams, oldest first, long ones cut. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** Calls back with each whole line from now on; the result ends that. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes one of the streams in. */
  read(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.on('data', (bytes: Buffer) => {
      this.#pass(bytes);
      const lines = (rest + bytes.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#line(line);
      if (rest.length > LONGEST) {
        this.#line(rest);
        rest = '';
      }
    });
    stream.on('end', () => {
      if (rest !== '') this.#line(rest);
    });
    // A pipe that breaks is no more than an output that ended.
    stream.on('error', () => {});
  }

  #line(text: string): void {
    const line = text.replace(/\r$/, '');
    if (line.trim() !== '') {
      this.#last.push(line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}...` : line);
      if (this.#last.length > LINES) this.#last.shift();
    }
    for (const listener of this.#listeners) listener(line);
  }
}
