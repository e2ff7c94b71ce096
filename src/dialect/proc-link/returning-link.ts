/** Links remembered; more than most limits allow a process, and a bound on what hostile input can make us keep. */
const REMEMBERED = 1 << 18;

/**
 * Notices that a folder of descriptors is listed again: behind a heading, a command line or `total 0` comes a link that the
 * listing has had. One process has no number twice, and two that nothing names are not one.
 */
export class ReturningLink {
  #seen = new Set<string>();
  #paused = false;

  /** Something that stands above a folder. */
  pause(): void {
    this.#paused = true;
  }

  /** Takes the next link, and says whether it begins another listing. */
  isBack(pid: number, tid: string | null, name: string): boolean {
    const key = `${pid} ${tid ?? ''} ${name}`;
    const back = this.#paused && this.#seen.has(key);
    this.#paused = false;
    if (back) this.#seen = new Set();
    if (this.#seen.size < REMEMBERED) this.#seen.add(key);
    return back;
  }
}
