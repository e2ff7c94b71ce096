/** This machine, or another proc tree. */
export interface LiveInput {
  readonly live: true;
  /** Folder of the proc tree; `/proc` where not given. */
  readonly proc?: string;
}

/**
 * Where rows come from: the path of a file or of an unpacked sosreport (`-` is stdin), a `file:` URL, bytes,
 * a stream of bytes, or the live machine.
 */
export type Input = string | URL | Uint8Array | AsyncIterable<Uint8Array | string> | LiveInput;
