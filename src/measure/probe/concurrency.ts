export const MOST_AT_ONCE = 8;
/** Fits the shortest queues of listeners: Python's servers have 5. */
const FEW_AT_ONCE = 4;
/** A server that answers within this, in ms, is asked one thing at a time: then what each request keeps is plainest. */
const FAST_MS = 5;
/** From here on time is what there is too little of. */
const SLOW_MS = 40;

/** Requests to send at a time to a server that takes `latency` ms for one. */
export function atOnce(latency: number): number {
  if (latency < FAST_MS) return 1;
  return latency < SLOW_MS ? Math.min(FEW_AT_ONCE, Math.ceil(latency / FAST_MS)) : MOST_AT_ONCE;
}
