import { createCipheriv, createHmac } from 'node:crypto';

const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';
/** Syllables of one half of a word. */
const HALF = 2;
const PORTS = 65_536;

/** Keyed one-way tokens (HMAC, RFC 2104, with SHA-256): equal texts of a kind become equal tokens, and only under one key. */
export class Tokens {
  readonly #key: Uint8Array;
  readonly #words = new Map<string, string>();
  #ports: Uint16Array | null = null;

  /** @param key 32 random bytes */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /**
   * `bakod-lumes`: letters that no rule takes for an id, so that a pattern of tokens blanks what the pattern of the names
   * did. Nothing in it is drawn from the text.
   */
  word(kind: string, text: string): string {
    const name = `${kind}\0${text}`;
    let word = this.#words.get(name);
    if (word === undefined) {
      const digest = this.#digest(name);
      word = `${half(digest, 0)}-${half(digest, 8)}`;
      this.#words.set(name, word);
    }
    return word;
  }

  /** Sixteen hexadecimal digits: what patterns blank wherever it stands. */
  id(kind: string, text: string): string {
    const digits = this.#digest(`${kind}\0${text}`).toString('hex').slice(0, 14);
    // A digit and a letter at least: neither a number nor a word.
    return `${digits}7a`;
  }

  /** Another port among those that are alike: a one-to-one map, so that distinct ports stay distinct. */
  port(port: number, areAlike: (port: number, other: number) => boolean): number {
    this.#ports ??= this.#shuffled();
    // Walk the cycle until it is among them (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
    let other = this.#ports[port] as number;
    while (!areAlike(port, other)) other = this.#ports[other] as number;
    return other;
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }

  /** All ports in an order that the key gives (Fisher and Yates). */
  #shuffled(): Uint16Array {
    const ports = Uint16Array.from({ length: PORTS }, (_, port) => port);
    const cipher = createCipheriv('aes-256-ctr', this.#digest('ports'), Buffer.alloc(16));
    const stream = cipher.update(Buffer.alloc(PORTS * 4));
    for (let last = PORTS - 1; last > 0; last--) {
      const other = stream.readUInt32LE(last * 4) % (last + 1);
      const port = ports[last] as number;
      ports[last] = ports[other] as number;
      ports[other] = port;
    }
    return ports;
  }
}

/** Five letters, consonant and vowel in turn. */
function half(digest: Buffer, from: number): string {
  let text = '';
  for (let i = 0; i <= HALF; i++) {
    text += CONSONANTS[(digest[from + i * 2] as number) % CONSONANTS.length];
    if (i < HALF) text += VOWELS[(digest[from + i * 2 + 1] as number) % VOWELS.length];
  }
  return text;
}
