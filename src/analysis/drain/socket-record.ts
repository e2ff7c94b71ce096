import type { SocketSight } from './observation.ts';

export type Direction = 'listener' | 'in' | 'out' | 'other' | 'unnamed';

/** A socket of one process through time. */
export interface SocketRecord {
  readonly inode: string;
  readonly kind: SocketSight['kind'];
  readonly direction: Direction;
  readonly local: string;
  readonly remote: string | null;
  /** Seconds. */
  readonly first: number;
  /** Whether it was there at the first look: nobody knows since when. */
  readonly atFirst: boolean;
  last: number;
  state: string;
  sending: number;
  receiving: number;
  /** Whether its state or its queues ever changed while it was watched, or it came meanwhile. */
  moved: boolean;
  /** When the process was first seen without it, while it lived; null while it has it. */
  gone: number | null;
}

export function newSocket(sight: SocketSight, direction: Direction, seconds: number, atFirst: boolean): SocketRecord {
  const { inode, kind, local, remote, state, sending, receiving } = sight;
  const moved = !atFirst || sending + receiving > 0;
  return {
    inode,
    kind,
    direction,
    local,
    remote,
    first: seconds,
    atFirst,
    last: seconds,
    state,
    sending,
    receiving,
    moved,
    gone: null,
  };
}

export function seeSocket(record: SocketRecord, { state, sending, receiving }: SocketSight, seconds: number): void {
  if (state !== record.state || sending !== record.sending || receiving !== record.receiving) record.moved = true;
  Object.assign(record, { state, sending, receiving, last: seconds, gone: null });
}

/** A connection that can carry something. */
export function isOpen({ direction, state, gone }: SocketRecord): boolean {
  return direction !== 'listener' && state === 'ESTABLISHED' && gone === null;
}
