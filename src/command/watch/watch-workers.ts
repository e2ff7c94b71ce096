import type { ChurnLine } from '../../analysis/churn/line.ts';
import type { WatchFold } from '../../analysis/watch/fold.ts';
import type { WatchedFamily } from '../../analysis/watch/workers.ts';
import type { ExitWatch } from '../../measure/churn/exit-watch.ts';
import type { Clock } from '../../measure/clock.ts';
import { CouldNotTellError } from '../../model/error.ts';
import type { EventItem, OwnUse, WorkerMark } from '../../model/series.ts';

/** A moment of a watch at which its workers were looked at. */
export interface WorkersMoment {
  /** Since the watch began. */
  readonly seconds: number;
  /** ms since the epoch. */
  readonly wall: number;
  /** Managers and workers. */
  readonly alive: number;
}

export interface WorkersAbout {
  readonly exits: ExitWatch;
  readonly clock: Clock;
  /** Option that asked for it. */
  readonly option: string;
  /** The line that would see more, to be typed. */
  readonly again: string;
}

type Listener = (lines: readonly ChurnLine[], moment: WorkersMoment) => void;

/** The workers of a watch that follows exits, by the clock of the watch. */
export class WatchWorkers {
  readonly #about: WorkersAbout;
  readonly #exits: ExitWatch;
  #begun = 0;
  #sampled = false;

  constructor(about: WorkersAbout) {
    this.#about = about;
    this.#exits = about.exits;
  }

  /** @param begun when the watch began, by its clock: CLOCK_MONOTONIC as that of the followers */
  begin(begun: number, listener: Listener): void {
    this.#begun = begun;
    this.#exits.listen((lines, alive) => {
      const { seconds, wall } = this.#about.clock.now();
      listener(
        lines.map((line) => ({ ...line, seconds: this.#since(line.seconds) })),
        { seconds: seconds - begun, wall, alive },
      );
    });
  }

  /**
   * After each sample: follows managers that are new. Only the first time it is waited for.
   *
   * @throws CouldNotTellError if from the beginning not everybody can be followed
   */
  async sampled(fold: WatchFold): Promise<void> {
    const looking = this.#exits.look([...fold.living].map(({ fact }) => ({ pid: fact.pid, ppid: fact.ppid ?? null })));
    if (this.#sampled) return;
    await looking;
    this.#sampled = true;
    const { failure } = this.#exits;
    const { option, again } = this.#about;
    if (failure !== null) throw new CouldNotTellError(`${option} could never be judged: ${failure}.`, again);
  }

  /** Workers that nobody saw since this was called before, as the series keeps it. */
  unseen(seconds: number): EventItem[] {
    return this.#exits.takeUnseen().map(({ pid, least, most }) => ({
      kind: 'event',
      what: 'workers-unseen',
      seconds,
      worker: { pid, least, ...(most !== null && { most }) },
    }));
  }

  families(): readonly WatchedFamily[] {
    return this.#exits.courses().map(({ origin, ...course }) => ({ began: this.#since(origin), ...course }));
  }

  get hidden(): readonly string[] {
    return this.#exits.hidden;
  }

  /** What we used ourselves, those that pass the kernel's events on to us included. */
  own(use: OwnUse): OwnUse {
    return { ...use, cpuSeconds: use.cpuSeconds + this.#exits.relayCpuSeconds };
  }

  /** The watch is over: what is still on its way. */
  end(): Promise<void> {
    return this.#exits.end();
  }

  #since(seconds: number): number {
    return Math.max(0, Math.round((seconds - this.#begun) * 1000) / 1000);
  }
}

/** Lines about workers as the series keeps them. */
export function workerEvents(lines: readonly ChurnLine[]): EventItem[] {
  return lines.flatMap((line) => workerEvent(line) ?? []);
}

function workerEvent(line: ChurnLine): EventItem | null {
  const { seconds } = line;
  switch (line.kind) {
    case 'started':
      return { kind: 'event', what: 'worker-started', seconds, worker: identity(line) };
    case 'ended': {
      const { status, lived, descriptors } = line;
      const worker = { ...identity(line), status, lived, ...(descriptors !== null && { descriptors }) };
      return { kind: 'event', what: 'worker-ended', seconds, worker };
    }
    case 'left': {
      const { pid, pids, ports } = line;
      return { kind: 'event', what: 'workers-left', seconds, worker: { pid, pids, ...(ports !== null && { ports }) } };
    }
    case 'over-budget':
      // That is an alert here.
      return null;
  }
}

function identity({ pid, startTime, parent, command }: Extract<ChurnLine, { kind: 'started' | 'ended' }>): WorkerMark {
  return { pid, ...(startTime !== null && { startTime }), parent, ...(command !== null && { command }) };
}
