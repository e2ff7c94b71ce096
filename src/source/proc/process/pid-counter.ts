import { tryKernelText } from '../kernel/kernel-file.ts';

/** Pids below it are not given out again after the highest one (RESERVED_PIDS, kernel/pid.c). */
const RESERVED = 300;

/**
 * Bounds the processes that began between two looks by the pids that were given out, those of threads and of other programs
 * among them, in the pid namespace of the proc tree.
 */
export class PidCounter {
  readonly #root: string;
  readonly #highest: number;
  /** Given out last before the look before. */
  #from: number | null = null;
  #before: number | null = null;

  constructor(root: string) {
    this.#root = root;
    this.#highest = Number(tryKernelText(`${root}/sys/kernel/pid_max`) ?? 0);
  }

  /** Called before a look. */
  begin(): void {
    this.#before = this.#read();
  }

  /**
   * Called after a look: pids given out since before the look that came before, so that none is left out which began while
   * one of the two was taken. Null where nothing tells it, and after the first look.
   */
  end(): number | null {
    const from = this.#from;
    this.#from = this.#before;
    const now = this.#read();
    if (from === null || now === null) return null;
    return now >= from ? now - from : now - RESERVED + (this.#highest - from);
  }

  /** The fifth field of loadavg (proc_loadavg(5)). */
  #read(): number | null {
    const last = /^\S+ \S+ \S+ \S+ (\d+)/.exec(tryKernelText(`${this.#root}/loadavg`) ?? '')?.[1];
    return last === undefined ? null : Number(last);
  }
}
