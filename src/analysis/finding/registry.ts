import { inotifyLimit } from './inotify-limit.ts';
import { limitLowered } from './limit-lowered.ts';
import { nearLimit } from './near-limit.ts';
import type { FindingRule } from './rule.ts';
import { systemLimit } from './system-limit.ts';

/** Every rule. The order is that of findings of equal severity about the same process. */
export const FINDING_RULES: readonly FindingRule[] = [nearLimit, limitLowered, systemLimit, inotifyLimit];
