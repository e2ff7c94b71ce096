import { DESCRIPTOR_CLASSES } from './descriptor-class.ts';
import {
  type BlockItem,
  EVENTS,
  type EventItem,
  type HeldGroup,
  LOAD_PHASES,
  type LoadMark,
  type OwnUse,
  type SampleItem,
  type SeriesItem,
  type WorkerMark,
} from './series.ts';
import { factOf, isObject, snapshotLine } from './snapshot.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The item as a line of a snapshot file (docs/snapshot.md), without its line end. */
export function seriesLine(item: SeriesItem): string {
  switch (item.kind) {
    case 'life':
      return snapshotLine({ life: { life: item.life, ...item.fact } });
    case 'group':
      return snapshotLine({ group: { group: item.group, ...item.target } });
    case 'sample':
      return snapshotLine({ sample: sampleRecord(item) });
    case 'event':
    case 'block':
    case 'end': {
      const { kind, ...rest } = item;
      return snapshotLine({ [kind]: rest });
    }
  }
}

/** Lists as pairs, and none that is empty: a quiet sample is a short line. */
function sampleRecord({ time, seconds, levels, gone, names, work, load, own }: SampleItem): object {
  return {
    time,
    seconds,
    ...(levels.length > 0 && { levels: levels.map(({ life, count }) => [life, count]) }),
    ...(gone.length > 0 && { gone }),
    ...(names.length > 0 && { names: names.map(({ life, groups }) => [life, groups.map(heldPair)]) }),
    ...(work.length > 0 && { work: work.map((one) => [one.life, one.seconds]) }),
    ...(load !== null && { load }),
    ...(own !== null && { own }),
  };
}

function heldPair({ group, count, name }: HeldGroup): readonly unknown[] {
  return name === null ? [group, count] : [group, count, name];
}

/** A line of a series that does not say what it has to. */
export class SeriesLineError extends Error {}

/**
 * Reads the lines of a series after its header, and holds them to what came before: a sample names no life or group that
 * was not told of, and time does not go back.
 */
export class SeriesLineReader {
  #lives = 0;
  #groups = 0;
  #samples = 0;
  #seconds = Number.NEGATIVE_INFINITY;

  /**
   * The item of a line; null for a kind of line that a later minor version may have added.
   *
   * @throws SeriesLineError for a line that is no such thing
   */
  read(record: JsonObject): SeriesItem | null {
    if ('life' in record) return this.#life(object(record.life));
    if ('group' in record) return this.#group(object(record.group));
    if ('sample' in record) return this.#sample(object(record.sample));
    if ('event' in record) return eventOf(object(record.event));
    if ('block' in record) return this.#block(object(record.block));
    if ('end' in record) return this.#end(object(record.end));
    return null;
  }

  #life(record: JsonObject): SeriesItem {
    const { life, ...rest } = record;
    const fact = factOf(rest);
    const index = whole(life);
    if (fact === null || index > this.#lives) throw new SeriesLineError('names no life');
    if (index === this.#lives) this.#lives++;
    return { kind: 'life', life: index, fact };
  }

  #group(record: JsonObject): SeriesItem {
    const kind = DESCRIPTOR_CLASSES.find((name) => name === record.class);
    if (kind === undefined || whole(record.group) !== this.#groups) throw new SeriesLineError('names no group');
    const target = { type: text(record.type), class: kind, pattern: text(record.pattern), name: text(record.name) };
    return { kind: 'group', group: this.#groups++, target };
  }

  #sample(record: JsonObject): SeriesItem {
    const seconds = number(record.seconds);
    if (seconds < this.#seconds) throw new SeriesLineError('goes back in time');
    this.#seconds = seconds;
    this.#samples++;
    return {
      kind: 'sample',
      time: typeof record.time === 'string' ? record.time : null,
      seconds,
      levels: list(record.levels).map((pair) => {
        const [life, count] = list(pair);
        return { life: this.#lifeOf(life), count: count === null ? null : whole(count) };
      }),
      gone: list(record.gone).map((life) => this.#lifeOf(life)),
      names: list(record.names).map((pair) => {
        const [life, groups] = list(pair);
        return { life: this.#lifeOf(life), groups: list(groups).map((held) => this.#held(list(held))) };
      }),
      work: list(record.work).map((pair) => {
        const [life, used] = list(pair);
        return { life: this.#lifeOf(life), seconds: used === null ? null : number(used) };
      }),
      load: record.load === undefined ? null : loadOf(object(record.load)),
      own: record.own === undefined ? null : ownOf(object(record.own)),
    };
  }

  #held([group, count, name]: readonly unknown[]): HeldGroup {
    const index = whole(group);
    if (index >= this.#groups) throw new SeriesLineError(`speaks of group ${index}, of which nothing was told`);
    return { group: index, count: whole(count), name: name === undefined ? null : text(name) };
  }

  #lifeOf(value: unknown): number {
    const index = whole(value);
    if (index >= this.#lives) throw new SeriesLineError(`speaks of life ${index}, of which nothing was told`);
    return index;
  }

  #block(record: JsonObject): BlockItem {
    const { survivors } = record;
    return {
      kind: 'block',
      block: whole(record.block),
      sent: whole(record.sent),
      ok: whole(record.ok),
      failed: whole(record.failed),
      survivors:
        survivors === null
          ? null
          : list(survivors).map((pair) => {
              const [opened, kept] = list(pair);
              return [whole(opened), whole(kept)] as const;
            }),
    };
  }

  #end(record: JsonObject): SeriesItem {
    for (const [what, found] of Object.entries({ samples: this.#samples, lives: this.#lives, groups: this.#groups })) {
      if (whole(record[what]) !== found)
        throw new SeriesLineError(`says ${String(record[what])} ${what}, and there are ${found}`);
    }
    return { kind: 'end', samples: this.#samples, lives: this.#lives, groups: this.#groups };
  }
}

function eventOf(record: JsonObject): EventItem | null {
  // A later minor version may know more kinds of event.
  const what = EVENTS.find((name) => name === record.what);
  if (what === undefined) return null;
  const { life, by, forSeconds, budget, target, message, exitCode, signal, worker } = record;
  return {
    kind: 'event',
    what,
    seconds: number(record.seconds),
    ...(life !== undefined && { life: whole(life) }),
    ...(by !== undefined && { by: whole(by) }),
    ...(forSeconds !== undefined && { forSeconds: number(forSeconds) }),
    ...(budget !== undefined && { budget: text(budget) }),
    ...(target !== undefined && { target: text(target) }),
    ...(message !== undefined && { message: text(message) }),
    ...(exitCode !== undefined && { exitCode: whole(exitCode) }),
    ...(signal !== undefined && { signal: text(signal) }),
    ...(worker !== undefined && { worker: workerOf(object(worker)) }),
  };
}

function workerOf(record: JsonObject): WorkerMark {
  const { pid, startTime, parent, command, status, lived, descriptors, pids, ports, least, most } = record;
  return {
    pid: whole(pid),
    ...(startTime !== undefined && { startTime: text(startTime) }),
    ...(parent !== undefined && { parent: whole(parent) }),
    ...(command !== undefined && { command: text(command) }),
    ...(status !== undefined && { status: text(status) }),
    ...(lived !== undefined && { lived: number(lived) }),
    ...(descriptors !== undefined && { descriptors: whole(descriptors) }),
    ...(pids !== undefined && { pids: list(pids).map(whole) }),
    ...(ports !== undefined && { ports: list(ports).map(text) }),
    ...(least !== undefined && { least: whole(least) }),
    ...(most !== undefined && { most: whole(most) }),
  };
}

function loadOf(record: JsonObject): LoadMark {
  const phase = LOAD_PHASES.find((name) => name === record.phase);
  if (phase === undefined) throw new SeriesLineError('has a load without a phase');
  const count = (value: unknown): number | null => (value === null || value === undefined ? null : whole(value));
  return {
    phase,
    block: count(record.block),
    ok: whole(record.ok),
    sent: count(record.sent),
    failed: count(record.failed),
    quiet: record.quiet === true,
  };
}

function ownOf({ descriptors, cpuSeconds, rss }: JsonObject): OwnUse {
  return {
    descriptors: descriptors === null ? null : whole(descriptors),
    cpuSeconds: number(cpuSeconds),
    rss: number(rss),
  };
}

function object(value: unknown): JsonObject {
  if (!isObject(value)) throw new SeriesLineError('is no object');
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new SeriesLineError('has no list where one belongs');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new SeriesLineError('has no number where one belongs');
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new SeriesLineError('has no whole number where one belongs');
  return value as number;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new SeriesLineError('has no text where one belongs');
  return value;
}
