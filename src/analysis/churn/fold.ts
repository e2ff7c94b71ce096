import type { Rate } from '../../model/rate.ts';
import type { ChurnEvent, StartedEvent } from './event.ts';
import { type Exceeded, ExitWindow } from './exit-window.ts';
import { counts } from './judge.ts';
import { type LivingProcess, livingProcess, Slot } from './slot.ts';
import { StepFold } from './step-fold.ts';
import { endKind, type WaitStatus } from './wait-status.ts';

/** Slots kept apart: names are chosen by whoever starts a process, and must not fill our memory. */
const SLOTS = 1000;
/** Managers remembered that ended. */
const MANAGERS = 100;

/** A manager: a process that is followed for itself. */
export interface Manager {
  readonly life: number;
  readonly pid: number;
  readonly startTime: string | null;
  command: string | null;
  /** Since the following began; null while it lives. */
  ended: number | null;
  status: WaitStatus | null;
  /** Who lived on when it had ended; null where nobody did. */
  left: LeftBehind | null;
}

interface LeftBehind {
  readonly lives: readonly number[];
  readonly pids: readonly number[];
  readonly parent: number | null;
  readonly ports: readonly string[] | null;
}

/** A budget as it stands: by what was seen, and by what must and can have existed. */
interface Window {
  readonly seen: ExitWindow;
  readonly least: ExitWindow;
  readonly most: ExitWindow;
}

/** What became of a manager and its workers, from the events of their lives. Its memory is bounded, its counts are exact. */
export class ChurnFold {
  readonly #living = new Map<number, LivingProcess>();
  readonly #slots = new Map<string, Slot>();
  readonly #windows: readonly Window[];
  readonly managers: Manager[] = [];
  readonly steps = new StepFold();
  /** Of the last event. */
  seconds = 0;
  exits = 0;
  starts = 0;

  constructor(budgets: readonly Rate[]) {
    this.#windows = budgets.map((budget) => ({
      seen: new ExitWindow(budget),
      least: new ExitWindow(budget),
      most: new ExitWindow(budget),
    }));
  }

  get alive(): number {
    return this.#living.size;
  }

  /** Each budget: when it was exceeded by ends that were seen or must have been, and whether others can have exceeded it. */
  get budgets(): readonly { readonly budget: Rate; readonly exceeded: Exceeded | null; readonly possible: boolean }[] {
    return this.#windows.map(({ seen, least, most }) => ({
      budget: seen.budget,
      exceeded: seen.exceeded ?? least.exceeded,
      possible: most.exceeded !== null,
    }));
  }

  /** Ends in the window of each budget that closes now: those that were seen or must have been, one too many at most. */
  standing(now: number): readonly number[] {
    return this.#windows.map(({ least }) => least.standing(now));
  }

  living(life: number): LivingProcess | null {
    return this.#living.get(life) ?? null;
  }

  take(events: readonly ChurnEvent[]): void {
    for (const event of events) this.#take(event);
  }

  /** Requests that ended since this was called before, and what each life that was looked at held after them. */
  step(held: ReadonlyMap<number, number>, requests: number): void {
    const bySlot = new Map<string, Map<number, number>>();
    for (const [life, count] of held) {
      const living = this.#living.get(life);
      if (!living) continue;
      const key = keyOf(living);
      bySlot.set(key, (bySlot.get(key) ?? new Map()).set(life, count));
    }
    this.steps.take(bySlot, requests);
  }

  /**
   * The slots as they are now, most exits first. Lives that ended before they took a name of their own count as what
   * most others of the same parent are.
   */
  slots(now: number): { readonly slot: Slot; readonly keys: readonly string[] }[] {
    const merged = new Map<string, { slot: Slot; keys: string[] }>();
    const raw = new Map([...this.#slots].map(([key, slot]) => [key, copyOf(slot)]));
    for (const living of this.#living.values()) (raw.get(keyOf(living)) ?? raw.get(REST))?.live(living, now);
    const target = new Map([...raw.keys()].map((key) => [key, this.#namedKey(key, raw)]));
    for (const [key, slot] of raw) {
      const to = target.get(key) ?? key;
      const known = merged.get(to);
      if (known) {
        known.slot.absorb(slot);
        known.keys.push(key);
      } else {
        const whole = new Slot(raw.get(to)?.role ?? slot.role, slot.manager);
        whole.absorb(slot);
        merged.set(to, { slot: whole, keys: [key] });
      }
    }
    return [...merged.values()]
      .filter(({ slot }) => !slot.empty)
      .sort((a, b) => b.slot.exits - a.slot.exits || Number(a.slot.manager) - Number(b.slot.manager));
  }

  #take(event: ChurnEvent): void {
    if ('seconds' in event) this.seconds = Math.max(this.seconds, event.seconds);
    if (event.kind === 'started') this.#start(event);
    else if (event.kind === 'left') this.#leave(event);
    else {
      const living = this.#living.get(event.life);
      if (living) this.#change(living, event);
    }
  }

  #change(living: LivingProcess, event: Exclude<ChurnEvent, { kind: 'started' | 'left' }>): void {
    switch (event.kind) {
      case 'named':
        this.#rename(living, event.command);
        break;
      case 'limit':
        living.softLimit = event.softLimit;
        break;
      case 'level':
        living.levels.add(event.seconds, event.count);
        break;
      case 'ended':
        this.#end(living, event.seconds, event.status);
        break;
      case 'unseen':
        this.#unseen(living, event);
    }
  }

  #leave({ manager: life, lives, parent, ports }: Extract<ChurnEvent, { kind: 'left' }>): void {
    const manager = this.#managerOf(life);
    const pids = lives.flatMap((one) => this.#living.get(one)?.pid ?? []);
    if (manager) manager.left = pids.length === 0 ? null : { lives, pids, parent, ports };
  }

  #managerOf(life: number): Manager | undefined {
    return this.managers.find((manager) => manager.life === life);
  }

  #start({ kind: _, ...started }: StartedEvent): void {
    const parent = started.parentLife === null ? undefined : this.#living.get(started.parentLife);
    const above = started.parentLife === null ? null : parent === undefined ? String(started.parent) : keyOf(parent);
    const living = livingProcess({ ...started, started: started.seconds, above });
    const { life, pid, startTime, command } = living;
    this.#living.set(life, living);
    if (above === null) {
      this.managers.push({ life, pid, startTime, command, ended: null, status: null, left: null });
      if (this.managers.length > MANAGERS) this.managers.splice(1, 1);
    }
    const slot = this.#slotOf(living);
    if (started.before) return;
    slot.starts++;
    this.starts++;
  }

  #end(living: LivingProcess, seconds: number, status: WaitStatus | null): void {
    living.levels.close(seconds);
    const slot = this.#slotOf(living);
    slot.end(living, seconds, status);
    this.exits++;
    this.#living.delete(living.life);
    const manager = this.#managerOf(living.life);
    if (manager) {
      manager.ended = seconds;
      manager.status = status;
    }
    if (!isNear(living.above) || !counts(endKind(status), seconds - living.started)) return;
    for (const { seen, least, most } of this.#windows) for (const one of [seen, least, most]) one.add(seconds);
  }

  /** Its start counts for the role that it turns out to have. */
  #rename(living: LivingProcess, command: string): void {
    if (living.command === command) return;
    if (!living.before) this.#slotOf(living).starts--;
    living.command = command;
    const manager = this.#managerOf(living.life);
    if (manager) manager.command = command;
    const slot = this.#slotOf(living);
    if (!living.before) slot.starts++;
  }

  #unseen(parent: LivingProcess, { seconds, least, most }: Extract<ChurnEvent, { kind: 'unseen' }>): void {
    const key = keyOf(parent);
    const slot = this.#slot(`${key}${BELOW}`, null, false);
    slot.parent = parent.pid;
    slot.parentCommand = parent.command;
    slot.unseenLeast += least;
    slot.unseenMost = most === null || slot.unseenMost === null ? null : slot.unseenMost + most;
    if (!isNear(key)) return;
    for (const window of this.#windows) {
      if (least > 0) window.least.add(seconds, least);
      const upper = most ?? window.most.budget.count + 1;
      if (upper > 0) window.most.add(seconds, upper);
    }
  }

  #slotOf(living: LivingProcess): Slot {
    const slot = this.#slot(keyOf(living), living.command, living.above === null);
    slot.parent = living.parent;
    slot.parentCommand =
      living.parentLife === null ? null : (this.#living.get(living.parentLife)?.command ?? slot.parentCommand);
    return slot;
  }

  #slot(key: string, role: string | null, manager: boolean): Slot {
    const known = this.#slots.get(key);
    if (known) return known;
    // Where there are too many, the rest is counted together.
    const full = this.#slots.size >= SLOTS && key !== REST;
    if (full) return this.#slot(REST, null, false);
    const slot = new Slot(role, manager);
    this.#slots.set(key, slot);
    return slot;
  }

  /** The slot in which one without a name of its own is counted. */
  #namedKey(key: string, slots: ReadonlyMap<string, Slot>): string {
    const slot = slots.get(key);
    const above = key.slice(0, key.lastIndexOf(BELOW));
    if (!slot || slot.manager || (slot.role !== null && slot.role !== slot.parentCommand)) return key;
    let best: string | null = null;
    for (const [other, { role, exits, alive }] of slots) {
      const sibling = other !== key && other.slice(0, other.lastIndexOf(BELOW)) === above && other.includes(BELOW);
      if (!sibling || role === null || (slot.role !== null && role === slot.parentCommand)) continue;
      const then = best === null ? null : slots.get(best);
      if (!then || exits + alive > then.exits + then.alive) best = other;
    }
    return best ?? key;
  }
}

/** Between the slots of a parent and of its children in a key: no COMMAND holds it, for control characters are escaped. */
const BELOW = '\n';

/** The key of those that have no slot of their own. */
const REST = `${BELOW}${BELOW}`;

function keyOf({ above, parent, command }: LivingProcess): string {
  return above === null ? `${parent} ${command ?? ''}` : `${above}${BELOW}${command ?? ''}`;
}

/** Whether who stands below this is a manager or a worker of one, and not somebody that a worker started. */
function isNear(above: string | null): boolean {
  return above === null || !above.includes(BELOW);
}

function copyOf(slot: Slot): Slot {
  const copy = new Slot(slot.role, slot.manager);
  copy.absorb(slot);
  return copy;
}
