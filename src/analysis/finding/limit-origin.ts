import type { ProcessFact } from '../../model/process.ts';
import { shellWord } from '../next-command.ts';

/** Who most likely set a process's limit, and where it is changed for good. */
export interface LimitOrigin {
  readonly kind: 'unit' | 'container' | 'pod' | 'session' | 'unknown';
  /** Part of a sentence: `the systemd unit nginx.service (LimitNOFILE=)`. */
  readonly text: string;
  /** Command line that changes it for the next start; null where a file or a flag does. */
  readonly change: string | null;
}

/** Units that do not set the limits of what runs in them: logins, user managers' scopes, slices. */
const SESSION = /^(?:session-.*\.scope|user@\d+\.service|init\.scope|.*\.slice)$/;

/** From the cgroup: container first, since a container's processes live below the runtime's unit. */
export function limitOrigin({ container, pod, unit }: ProcessFact): LimitOrigin {
  if (pod !== undefined) {
    return {
      kind: 'pod',
      text: `the container runtime of pod ${pod} (its LimitNOFILE= or default ulimits: a pod has no field for it)`,
      change: null,
    };
  }
  if (container !== undefined) {
    return {
      kind: 'container',
      text: `the container runtime of ${container.slice(0, 12)} (docker run --ulimit nofile=SOFT:HARD)`,
      change: null,
    };
  }
  if (unit !== undefined && !SESSION.test(unit)) {
    return {
      kind: 'unit',
      text: `the systemd unit ${unit} (LimitNOFILE=)`,
      change: `sudo systemctl edit ${shellWord(unit)}`,
    };
  }
  if (unit !== undefined) {
    return {
      kind: 'session',
      text: 'the shell or login that started it (ulimit -n, /etc/security/limits.conf)',
      change: null,
    };
  }
  return {
    kind: 'unknown',
    text: 'whoever started it (systemd LimitNOFILE=, docker --ulimit, ulimit -n)',
    change: null,
  };
}
