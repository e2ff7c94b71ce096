import { HEALTHY, UNKNOWABLE_ONES } from './healthy.ts';
import { LEAKING } from './leaking.ts';
import { matrixTarget, REAL, type Target } from './target.ts';
import { TROUBLED } from './troubled.ts';

/** The servers of our own. */
export const SERVERS = [...LEAKING, ...HEALTHY, ...UNKNOWABLE_ONES, ...TROUBLED];

/** Everything that a probe is tried on. */
export const TARGETS: readonly Target[] = [...SERVERS.map(matrixTarget), ...REAL];
