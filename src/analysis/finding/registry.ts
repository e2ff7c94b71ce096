import { closeWait } from './close-wait.ts';
import { deletedHeld } from './deleted-held.ts';
import { eventFlood } from './event-flood.ts';
import { inherited } from './inherited.ts';
import { inotifyLimit } from './inotify-limit.ts';
import { labelCollision } from './label-collision.ts';
import { limitLowered } from './limit-lowered.ts';
import { manyOpens } from './many-opens.ts';
import { nearLimit } from './near-limit.ts';
import { neverConnected } from './never-connected.ts';
import { pipeEnds } from './pipe-ends.ts';
import { reserved } from './reserved.ts';
import type { FindingRule } from './rule.ts';
import { sharedTable } from './shared-table.ts';
import { systemLimit } from './system-limit.ts';
import { threadRows } from './thread-rows.ts';
import { zombie } from './zombie.ts';

/**
 * Every rule. The order is that of findings of equal severity about the same process:
 * limits first, then kinds of leak, then what the input itself needs said.
 */
export const FINDING_RULES: readonly FindingRule[] = [
  nearLimit,
  limitLowered,
  systemLimit,
  inotifyLimit,
  manyOpens,
  closeWait,
  neverConnected,
  deletedHeld,
  eventFlood,
  pipeEnds,
  inherited,
  reserved,
  sharedTable,
  zombie,
  labelCollision,
  threadRows,
];
