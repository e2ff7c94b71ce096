import { SeriesFile } from '../../measure/watch/series-file.ts';
import { LeaksofError } from '../../model/error.ts';
import type { SeriesItem, SeriesMark } from '../../model/series.ts';
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from '../../model/snapshot.ts';
import { machineOf } from '../../source/live.ts';
import { safeJson } from '../../view/escape.ts';

export interface RecordingAbout extends SeriesMark {
  /** Folder of the proc tree. */
  readonly root: string;
}

/** The series of a watch on disk, if one was asked for. A disk that fills up ends the saving, not the watch. */
export class WatchRecording {
  #file: SeriesFile | null;
  readonly file: string | null;
  readonly #hidden: string[] = [];
  /** What is being written: samples and what happens between them come from two sides. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string | null) {
    this.file = file;
    this.#file = file === null ? null : new SeriesFile(file, safeJson);
  }

  /**
   * @param file null = none
   * @throws LeaksofError (exit 2) if nothing can be written there
   */
  static async open(file: string | null, { root, every, watched }: RecordingAbout): Promise<WatchRecording> {
    const recording = new WatchRecording(file);
    const { info, machine, system } = machineOf(root);
    await recording.#file?.begin({
      format: SNAPSHOT_FORMAT,
      version: SNAPSHOT_VERSION,
      ...machine,
      time: info.time,
      source: info,
      system,
      redacted: false,
      coverage: { hidden: [] },
      series: { every, watched },
    });
    return recording;
  }

  /** What was not saved, as sentences. */
  get hidden(): readonly string[] {
    return this.#hidden;
  }

  /** Resolves when these are written, and all that came before them. */
  take(items: readonly SeriesItem[]): Promise<void> {
    this.#writing = this.#writing.then(() => this.#append(items));
    return this.#writing;
  }

  async #append(items: readonly SeriesItem[]): Promise<void> {
    try {
      await this.#file?.append(items);
    } catch (error) {
      if (!(error instanceof LeaksofError)) throw error;
      this.#hidden.push(`${error.message} What came after ${this.file} had been written is not saved.`);
      this.abandon();
    }
  }

  async end(): Promise<void> {
    await this.#writing;
    const file = this.#file;
    this.#file = null;
    await file?.end();
  }

  /** Leaves the file as it is. */
  abandon(): void {
    this.#file?.abandon();
    this.#file = null;
  }
}
