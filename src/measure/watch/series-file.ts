import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { constants, createGzip, type Gzip } from 'node:zlib';
import { LeaksofError, UsageError } from '../../model/error.ts';
import type { SeriesItem } from '../../model/series.ts';
import { seriesLine } from '../../model/series-line.ts';
import { type SeriesHeader, snapshotLine } from '../../model/snapshot.ts';

/** Only the owner: it shows what everybody on the machine has open. */
const MODE = 0o600;

/**
 * A series that grows sample by sample. What belongs to one sample is written at once, as whole lines, so that whoever kills
 * the writer loses the sample it was taking and nothing else. Compressed where its name ends in `.gz`: then each sample is
 * flushed, and a file that stops in the middle can be read up to there (RFC 1951 section 3.2.4, an empty stored block).
 */
export class SeriesFile {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #gzip: Gzip | null;
  readonly #packed: Uint8Array[] = [];
  readonly #safe: (line: string) => string;
  #samples = 0;
  #lives = 0;
  #groups = 0;

  /**
   * @param safe makes a line safe to print
   * @throws LeaksofError (exit 2) where nothing can be written, or something is there already
   */
  constructor(file: string, safe: (line: string) => string) {
    if (/\.(?:zst|xz|bz2|lz4|zip)$/.test(file)) {
      throw new UsageError(`${file}: watch saves plain files and .gz.`, `--save ${file.replace(/\.\w+$/, '.gz')}`);
    }
    this.#file = file;
    this.#safe = safe;
    this.#descriptor = this.#try(() => openSync(file, 'wx', MODE));
    this.#gzip = file.endsWith('.gz') ? createGzip() : null;
    this.#gzip?.on('data', (bytes: Uint8Array) => this.#packed.push(bytes));
  }

  async begin(header: SeriesHeader): Promise<void> {
    await this.#write(`${this.#safe(snapshotLine(header))}\n`);
  }

  /** @throws LeaksofError (exit 2) if it cannot be written */
  async append(items: readonly SeriesItem[]): Promise<void> {
    for (const item of items) {
      if (item.kind === 'sample') this.#samples++;
      else if (item.kind === 'group') this.#groups++;
      else if (item.kind === 'life') this.#lives = Math.max(this.#lives, item.life + 1);
    }
    if (items.length > 0) await this.#write(items.map((item) => `${this.#safe(seriesLine(item))}\n`).join(''));
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    await this.append([{ kind: 'end', samples: this.#samples, lives: this.#lives, groups: this.#groups }]);
    const gzip = this.#gzip;
    if (gzip) {
      await new Promise((resolve) => gzip.once('end', resolve).end());
      this.#flush();
    }
    this.#try(() => fsyncSync(this.#descriptor));
    closeSync(this.#descriptor);
  }

  /** Leaves it as it is. */
  abandon(): void {
    closeSync(this.#descriptor);
    this.#gzip?.destroy();
  }

  async #write(text: string): Promise<void> {
    const gzip = this.#gzip;
    if (gzip === null) {
      this.#try(() => writeAll(this.#descriptor, Buffer.from(text)));
      return;
    }
    gzip.write(text);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    this.#flush();
  }

  #flush(): void {
    this.#try(() => writeAll(this.#descriptor, Buffer.concat(this.#packed.splice(0))));
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') {
        throw new UsageError(`${this.#file} is there already, and a recording is not overwritten.`, null, {
          cause: error,
        });
      }
      if (code === undefined) throw error;
      const reason = message.replace(/^\w+: (.+?)(?:, .*)?$/, '$1');
      throw new LeaksofError(`Cannot write ${this.#file}: ${reason}.`, null, 2, { cause: error });
    }
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
