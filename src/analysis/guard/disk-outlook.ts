import { bytesText } from '../../model/bytes-text.ts';
import { theilSen } from '../statistics/theil-sen.ts';
import type { Observation } from './alert.ts';
import type { GuardBudget } from './budget.ts';

/** What one look at a file system says. */
export interface DiskReading {
  /** On any clock that does not go back. */
  readonly seconds: number;
  /** Bytes: all, and those that an ordinary user may still take. */
  readonly size: number;
  readonly available: number;
  /** Bytes that are taken. */
  readonly used: number;
  /** Inodes; 0 where the file system makes them as they are needed. */
  readonly inodes: number;
  readonly inodesFree: number;
}

/** Readings of which a rate is made at least, and at most. */
const FEWEST = 3;
const READINGS = 20;

interface Room {
  readonly what: 'space' | 'inodes';
  readonly free: number;
  readonly all: number;
}

/**
 * How long a file system lasts, or how much of it is free: of space and of inodes, whichever runs out. The rate is the median
 * slope (Theil-Sen) over the last readings, so that one log that is rotated away does not look like an empty disk to come.
 */
export class DiskOutlook {
  readonly #budget: GuardBudget;
  #readings: DiskReading[] = [];

  constructor(budget: GuardBudget) {
    this.#budget = budget;
  }

  observe(reading: DiskReading): Observation[] {
    const last = this.#readings.at(-1);
    // Another file system was mounted there, or it was made larger: what it took before says nothing.
    if (last && (last.size !== reading.size || last.inodes !== reading.inodes)) this.#readings = [];
    this.#readings.push(reading);
    if (this.#readings.length > READINGS) this.#readings.shift();
    const { size, available, used, inodes, inodesFree } = reading;
    const rooms: Room[] = [{ what: 'space', free: available, all: used + available }];
    if (inodes > 0 && this.#budget.kind !== 'disk-bytes') rooms.push({ what: 'inodes', free: inodesFree, all: inodes });
    return rooms.map((room) => this.#one(room, { size, available, inodes, inodesFree }));
  }

  #one(room: Room, figures: Readonly<Record<string, number>>): Observation {
    const { kind, folder } = this.#budget;
    const rate = this.#rate(room.what);
    const fullIn = rate === null ? null : rate > 0 ? room.free / rate : Number.POSITIVE_INFINITY;
    const share = room.all > 0 ? room.free / room.all : null;
    const name = room.what === 'space' ? `${folder}` : `${folder} (inodes)`;
    return {
      key: room.what,
      target: { kind: 'disk', name, pid: null, startTime: null, command: null },
      value: kind === 'disk-time' ? fullIn : kind === 'disk-share' ? share : room.free,
      detail: room.what === 'space' ? `${bytesText(room.free)} free` : `${room.free} inodes free`,
      evidence: {
        what: room.what,
        ...figures,
        freeShare: share,
        perSecond: rate,
        secondsToFull: Number.isFinite(fullIn) ? fullIn : null,
      },
    };
  }

  /** Taken per second; null with too few readings. */
  #rate(what: Room['what']): number | null {
    if (this.#readings.length < FEWEST) return null;
    const points = this.#readings.map(({ seconds, available, inodesFree }) => ({
      x: seconds,
      y: what === 'space' ? available : inodesFree,
    }));
    const { estimate } = theilSen(points);
    return Number.isNaN(estimate) ? null : 0 - estimate;
  }
}
