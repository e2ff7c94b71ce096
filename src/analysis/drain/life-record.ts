import type { Holding } from './held.ts';
import type { DrainLife, Ending, Fate, FileSight } from './observation.ts';
import { isOpen, type SocketRecord } from './socket-record.ts';

/** A file that a process writes, through time. */
export interface FileRecord extends FileSight {
  /** Bytes at the first look, and when the shutdown began. */
  readonly before: number;
  atBegin: number | null;
  size: number;
  /** Seconds; null where it did not grow. */
  grew: number | null;
  /** How often it grew. */
  growths: number;
  /** Whether the process still had it open at the last look. */
  held: boolean;
}

/** What was seen of one process. */
export interface LifeRecord {
  readonly life: number;
  readonly fact: DrainLife;
  /** Seconds. */
  readonly first: number;
  /** Last look at its descriptors; null where they could never be read. */
  looked: number | null;
  /** Whether the last look found it on its way out, with all that it still held. */
  lookedAtExit: boolean;
  refused: boolean;
  end: { readonly seconds: number; readonly ending: Ending } | null;
  fates: readonly Fate[];
  table: ReadonlyMap<number, string>;
  /** What it held when the shutdown began; null before that, and of one that came later. */
  before: Holding | null;
  /** Descriptors that it opened since the shutdown began. */
  opened: number;
  readonly sockets: Map<string, SocketRecord>;
  readonly files: Map<string, FileRecord>;
  pending: bigint;
  /** When a descendant ended, seconds; the last one. */
  childEnded: number | null;
  /** Seconds at which SIGKILL was sent by us. */
  killed: number | null;
}

export function newLife(life: number, fact: DrainLife, seconds: number): LifeRecord {
  return {
    life,
    fact,
    first: seconds,
    looked: null,
    lookedAtExit: false,
    refused: false,
    end: null,
    fates: [],
    table: new Map(),
    before: null,
    opened: 0,
    sockets: new Map(),
    files: new Map(),
    pending: 0n,
    childEnded: null,
    killed: null,
  };
}

/** Connections of a process that are open, or were at the last look at it. */
export function openConnections({ sockets }: LifeRecord, direction: 'in' | 'out'): SocketRecord[] {
  return [...sockets.values()].filter((socket) => socket.direction === direction && isOpen(socket));
}

export function listenersOf({ sockets }: Pick<LifeRecord, 'sockets'>): SocketRecord[] {
  return [...sockets.values()].filter(({ direction }) => direction === 'listener');
}

/** Descriptors of a table that were not in the one before: a number with another link is another descriptor. */
export function bornBetween(before: ReadonlyMap<number, string>, now: ReadonlyMap<number, string>): number {
  let born = 0;
  for (const [number, link] of now) if (before.get(number) !== link) born++;
  return born;
}
