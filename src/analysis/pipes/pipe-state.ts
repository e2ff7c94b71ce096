import { blockedWriters } from './holder-text.ts';
import type { PipeEntry, PipeState } from './pipe-data.ts';

/** Bytes of a page, by which a pipe is divided (pipe(7)); larger pages make larger pipes. */
const PAGE = 4096;
/** Share of its capacity from which a pipe is nearly full. */
export const HIGH = 0.9;

/**
 * How full a pipe is. It has slots of a page each: what was read of the first one, and what the last one has room for, is
 * free by bytes and not by slots, so a pipe is full when less than a page is free by bytes.
 */
export function pipeState(fill: { readonly queued: number; readonly capacity: number }, packets: boolean): PipeState {
  const { queued, capacity } = fill;
  // Nothing waits: then no slot is taken, however large each packet may be.
  if (packets && queued > 0) return 'packets';
  if (queued > 0 && capacity - queued < PAGE) return 'full';
  return capacity > 0 && queued / capacity >= HIGH ? 'high' : 'normal';
}

/**
 * Whether a full pipe is one of few pages, in which a single message takes the last free one: its last page takes more, as long as it
 * fits there, and it is emptied by one read. That is no alarm, unless somebody waits.
 */
export function isBriefly({ state, share, blocked }: Pick<PipeEntry, 'state' | 'share' | 'blocked'>): boolean {
  return state === 'full' && share !== null && share < HIGH && blockedWriters(blocked).length === 0;
}

/** Share of its capacity that counts against a budget: 1 where nothing more goes in, whatever its bytes say. Null = not read. */
export function fullness(pipe: Pick<PipeEntry, 'state' | 'share' | 'blocked'>): number | null {
  return pipe.state === 'full' && !isBriefly(pipe) ? Math.max(1, pipe.share ?? 0) : pipe.share;
}

/** Seconds until a pipe is full; null where it does not fill. */
export function secondsToFull(
  { queued, capacity }: { readonly queued: number; readonly capacity: number },
  rate: number | null,
): number | null {
  if (rate === null || rate <= 0) return null;
  return Math.max(0, capacity - PAGE - queued) / rate;
}
