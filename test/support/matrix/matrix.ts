import { HEALTHY, UNKNOWABLE } from './healthy.ts';
import { LEAKING } from './leaking.ts';
import { matrixTarget, REAL, type Target } from './target.ts';
import { TROUBLED } from './troubled.ts';

/** The servers of our own, by what is known of them. */
export const SERVERS = { leaking: LEAKING, healthy: HEALTHY, unknowable: UNKNOWABLE, troubled: TROUBLED } as const;

/** Everything that a probe is tried on. */
export const TARGETS: readonly Target[] = [
  ...LEAKING.map((server) => matrixTarget('leaking', server)),
  ...HEALTHY.map((server) => matrixTarget('healthy', server)),
  ...UNKNOWABLE.map((server) => matrixTarget('unknowable', server)),
  ...TROUBLED.map((server) => matrixTarget('troubled', server)),
  ...REAL,
];
