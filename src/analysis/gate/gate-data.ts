import type { Check } from '../../model/report.ts';
import type { ProbeData, ProbeGroup, ProbeUrl } from '../probe/probe-data.ts';

/** Why a leak is let pass: its pattern is on the allow-list, or the baseline has it. */
export type Excuse = 'allowed' | 'known';

export interface GateGroup extends ProbeGroup {
  readonly excuse: Excuse | null;
}

export interface GateUrl extends Omit<ProbeUrl, 'groups'> {
  readonly groups: readonly GateGroup[];
  /** What the URL does beside what is excused. */
  readonly remaining: {
    readonly verdict: ProbeUrl['verdict'];
    /** Descriptors per request of the leaks that are not excused. */
    readonly perRequest: number;
    /** Descriptors that the groups which are not excused gained in all. */
    readonly growth: number;
  };
}

export interface GateBudget {
  readonly name: 'max-per-request' | 'max-growth';
  readonly limit: number;
  /** The highest of the URLs; the sum over them for growth. Null if nothing was measured. */
  readonly value: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

/** A process as a report names it. */
interface NamedProcess {
  readonly pid: number;
  readonly command: string;
}

/** What became of the service that was started. */
export interface GateService {
  /** Its words. */
  readonly command: readonly string[];
  /** `ended` and `late`: before it was ready; `interrupted` by a signal to this program; `occupied`: not started, its port was taken. */
  readonly state: 'ready' | 'ended' | 'late' | 'interrupted' | 'occupied';
  /** What was still waited for when it was not ready; else null. */
  readonly missing: string | null;
  /** Seconds until it was ready, or until it was given up. */
  readonly seconds: number;
  /** It ended by itself while it was probed. */
  readonly died: boolean;
  /** How it ended, where it did so by itself. */
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /** Last lines of its output, where it did not live to the end. */
  readonly lastOutput: readonly string[];
  /** Seconds that it took to stop; null if there was nothing to stop. */
  readonly stopSeconds: number | null;
  /** Had to be killed after the grace. */
  readonly killed: readonly NamedProcess[];
  /** Had left its process group, and were ended too. */
  readonly strays: readonly NamedProcess[];
  /** Are still there. */
  readonly left: readonly NamedProcess[];
}

/** What `gate --json` prints after the common fields. The first fields are those of the URL that lost most. */
export interface GateData extends Omit<ProbeData, 'urls' | 'groups' | 'budget'> {
  readonly urls: readonly GateUrl[];
  readonly groups: readonly GateGroup[];
  readonly checks: readonly Check[];
  readonly budgets: readonly GateBudget[];
  readonly service: GateService;
  /** The file of known leaks, as given; null without one. */
  readonly baseline: string | null;
}
