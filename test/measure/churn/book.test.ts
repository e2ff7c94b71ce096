import { describe, expect, it } from 'vitest';
import type { ChurnEvent } from '../../../src/analysis/churn/event.ts';
import { LifeBook } from '../../../src/measure/churn/book.ts';
import type { Seen } from '../../../src/measure/churn/look.ts';
import type { ProcessEvent } from '../../../src/source/proc/event/process-events.ts';

/** Seconds after boot at which the following began, and the kernel's clock then. */
const BOOT = 1000;
const ORIGIN = 500;
const MANAGER = 10;

/** One process at a look; `seconds` of the following at which it began. */
function seen(pid: number, seconds: number, more: Partial<Seen> = {}): Seen {
  return {
    pid,
    parent: MANAGER,
    born: BOOT + seconds,
    command: 'worker',
    zombie: false,
    running: false,
    status: null,
    permitted: true,
    count: 6,
    faults: 100,
    childFaults: 0,
    ...more,
  };
}

/** A book that is handed events and looks of one moment after the other. */
class Reader {
  readonly #book: LifeBook;
  #before = 0;

  constructor(told: boolean) {
    const facts = { startTime: () => null, softLimit: () => 1024, ignoresChildren: () => false, command: () => null };
    this.#book = new LifeBook(facts, told);
  }

  turn(seconds: number, looked: readonly Seen[], heard: readonly ProcessEvent[] = [], pids: number | null = 100) {
    const turn = { seconds, before: this.#before, boot: BOOT, pids };
    this.#before = seconds;
    this.#book.hear(heard, ORIGIN, turn);
    return this.#book.take(new Map(looked.map((one) => [one.pid, one])), turn);
  }

  get living(): readonly number[] {
    return this.#book.living.map(({ pid }) => pid);
  }
}

const manager = (more: Partial<Seen> = {}) => seen(MANAGER, -60, { parent: 1, command: 'manager', ...more });
const fork = (pid: number, seconds: number): ProcessEvent => ({
  what: 'fork',
  seconds: ORIGIN + seconds,
  pid,
  parent: MANAGER,
});
const exit = (pid: number, seconds: number, status: number): ProcessEvent => ({
  what: 'exit',
  seconds: ORIGIN + seconds,
  pid,
  status,
  parent: MANAGER,
});
const short = (events: readonly ChurnEvent[]) =>
  events.flatMap((event) => {
    if (event.kind === 'started') return [`+${event.pid}@${event.seconds.toFixed(2)}`];
    if (event.kind === 'ended') return [`-${event.life}@${event.seconds.toFixed(2)} ${event.status?.exitCode ?? '?'}`];
    return event.kind === 'unseen' ? [`${event.least}..${event.most ?? ''}`] : [];
  });

describe('lives that the kernel tells of', () => {
  it('are complete without any look', () => {
    const book = new Reader(true);
    expect(short(book.turn(0, [manager()]))).toEqual(['+10@-60.00']);
    const heard = [fork(11, 0.1), exit(11, 0.11, 256), fork(11, 0.11), exit(11, 0.12, 0)];
    expect(short(book.turn(0.2, [manager()], heard))).toEqual(['+11@0.10', '-1@0.11 1', '+11@0.11', '-2@0.12 0']);
  });

  it('are not begun twice where a look is quicker than the relay', () => {
    const book = new Reader(true);
    book.turn(0, [manager()]);
    expect(short(book.turn(1, [manager(), seen(11, 0.99)]))).toEqual(['+11@0.99']);
    // It is gone before the relay tells that it began.
    expect(short(book.turn(1.1, [manager()]))).toEqual([]);
    expect(short(book.turn(1.2, [manager()], [fork(11, 0.99)]))).toEqual([]);
    expect(short(book.turn(1.3, [manager()], [exit(11, 1.05, 256)]))).toEqual(['-1@1.05 1']);
  });

  it('are not raised from the dead by a look at somebody who is not yet cleared away', () => {
    const book = new Reader(true);
    book.turn(0, [manager()]);
    book.turn(1, [manager(), seen(11, 0.5)], [fork(11, 0.5)]);
    const end = [exit(11, 1.5, 256)];
    expect(short(book.turn(1.5, [manager(), seen(11, 0.5)], end))).toEqual(['-1@1.50 1']);
    expect(short(book.turn(1.6, [manager(), seen(11, 0.5, { zombie: true, status: 256 })]))).toEqual([]);
    // A new one with its pid is somebody else.
    expect(short(book.turn(2, [manager(), seen(11, 1.9)], [fork(11, 1.9)]))).toEqual(['+11@1.90']);
  });

  it('end without a status a while after the kernel should have told', () => {
    const book = new Reader(true);
    book.turn(0, [manager(), seen(11, -5)]);
    expect(short(book.turn(1, [manager()]))).toEqual([]);
    expect(short(book.turn(1.9, [manager()]))).toEqual([]);
    expect(short(book.turn(2.1, [manager()]))).toEqual(['-1@1.00 ?']);
    expect(book.living).toEqual([MANAGER]);
  });

  it("of strangers are nobody's business", () => {
    const book = new Reader(true);
    book.turn(0, [manager()]);
    const stranger: ProcessEvent = { what: 'fork', seconds: ORIGIN + 1, pid: 99, parent: 98 };
    expect(short(book.turn(1, [manager()], [stranger, exit(99, 1.1, 0)]))).toEqual([]);
  });
});

describe('lives that are only looked at', () => {
  it('begin and end at looks; a pid with another start is another life', () => {
    const book = new Reader(false);
    book.turn(0, [manager(), seen(11, -5)]);
    expect(short(book.turn(1, [manager(), seen(11, 0.98)]))).toEqual(['-1@1.00 ?', '+11@0.98']);
    expect(short(book.turn(1.1, [manager()]))).toEqual(['-2@1.10 ?']);
  });

  it('end as the zombie shows that a look has caught, once', () => {
    const book = new Reader(false);
    book.turn(0, [manager(), seen(11, -5), seen(12, -5, { permitted: false })]);
    const zombies = [11, 12].map((pid) => seen(pid, -5, { zombie: true, status: 0, permitted: false, count: null }));
    // Who may not look reads 0 there, whatever it was.
    expect(short(book.turn(1, [manager(), ...zombies]))).toEqual(['-1@1.00 0', '-2@1.00 ?']);
    expect(short(book.turn(1.1, [manager(), ...zombies]))).toEqual([]);
    expect(short(book.turn(1.2, [manager()]))).toEqual([]);
    expect(short(book.turn(2, [manager(), seen(13, 1.99, { zombie: true, status: 256 })]))).toEqual([
      '+13@1.99',
      '-3@2.00 1',
    ]);
  });

  it('that were over before are not begun', () => {
    const book = new Reader(false);
    const corpse = seen(11, -5, { zombie: true, status: 0 });
    expect(short(book.turn(0, [manager(), corpse]))).toEqual(['+10@-60.00']);
    expect(short(book.turn(0.1, [manager(), corpse]))).toEqual([]);
  });

  it('leave a trace in the account of their parent where nobody saw them', () => {
    const book = new Reader(false);
    book.turn(0, [manager(), seen(11, -5)], [], null);
    expect(short(book.turn(0.1, [manager(), seen(11, -5)], [], 0))).toEqual([]);
    // The account rose and nobody is gone: somebody came and went.
    expect(short(book.turn(0.2, [manager({ childFaults: 90 }), seen(11, -5)], [], 5))).toEqual(['1..5']);
    // Whoever is gone may account for it alone.
    expect(short(book.turn(0.3, [manager({ childFaults: 200 })], [], 3))).toEqual(['-1@0.30 ?', '0..3']);
    // One that was seen as a zombie accounts for what it had, and no more.
    const zombie = seen(12, 0.35, { zombie: true, status: 256, faults: 100 });
    book.turn(0.4, [manager({ childFaults: 200 }), zombie], [], 1);
    expect(short(book.turn(0.5, [manager({ childFaults: 300 })], [], 0))).toEqual([]);
    book.turn(0.6, [manager({ childFaults: 300 }), { ...zombie, pid: 13, born: BOOT + 0.55 }], [], 1);
    expect(short(book.turn(0.7, [manager({ childFaults: 480 })], [], 7))).toEqual(['1..7']);
    expect(short(book.turn(0.8, [manager({ childFaults: 500 })], [], null))).toEqual(['1..']);
  });

  it('may have been born a span before, as who was left out of a list shows late', () => {
    const book = new Reader(false);
    book.turn(0, [manager()], [], null);
    // One was born, and the list of children left it out.
    expect(short(book.turn(0.1, [manager()], [], 1))).toEqual([]);
    const looked = [manager({ childFaults: 90 }), seen(20, 0.05)];
    expect(short(book.turn(0.2, looked, [], 2))).toEqual(['+20@0.10', '1..2']);
    // What was said is not said again.
    expect(short(book.turn(0.3, [manager({ childFaults: 180 }), seen(20, 0.05)], [], 1))).toEqual(['1..1']);
  });
});
