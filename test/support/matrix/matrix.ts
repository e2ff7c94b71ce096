import { HEALTHY, UNKNOWABLE } from './healthy.ts';
import { LEAKING } from './leaking.ts';
import type { MatrixServer } from './matrix-server.ts';
import { matrixTarget, REAL, type Target } from './target.ts';
import { TROUBLED } from './troubled.ts';

/** The servers of our own, by what is known of them. */
export const SERVERS: readonly { readonly set: Target['set']; readonly servers: readonly MatrixServer[] }[] = [
  { set: 'leaking', servers: LEAKING },
  { set: 'healthy', servers: HEALTHY },
  { set: 'unknowable', servers: UNKNOWABLE },
  { set: 'troubled', servers: TROUBLED },
];

/** Everything that a probe is tried on. */
export const TARGETS: readonly Target[] = [
  ...SERVERS.flatMap(({ set, servers }) => servers.map((server) => matrixTarget(set, server))),
  ...REAL,
];
