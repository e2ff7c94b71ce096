import type { Json, Severity } from '../../model/report.ts';
import type { BudgetKind } from './budget.ts';

/** Whom a budget is compared with. */
interface GuardTarget {
  readonly kind: 'process' | 'pipe' | 'disk' | 'deleted' | 'collector';
  /** For people: `uwsgi 2445`, `/var`. */
  readonly name: string;
  /** null where it is no process. */
  readonly pid: number | null;
  readonly startTime: string | null;
  readonly command: string | null;
}

/** One value of one target. */
export interface Observation {
  /** Whatever stands for the target from one observation to the next. */
  readonly key: object | string;
  readonly target: GuardTarget;
  /** null = not known. */
  readonly value: number | null;
  /** Whether there may be more of it than could be seen. */
  readonly partial?: boolean;
  /** Why it can never be told, as things are; null or absent where it can. */
  readonly blind?: string | null;
  /** What the value rests on, in a few words and in full. */
  readonly detail?: string | null;
  readonly evidence: { readonly [key: string]: Json };
}

/** Why there is an alert, or why it is over. */
export type AlertReason =
  | 'beyond' // alert: for long enough
  | 'failed' // alert: it cannot be measured any more
  | 'within' // clear: for long enough
  | 'gone' // clear: the target is
  | 'measured'; // clear: it can be measured again

/** An alert, or that it is over. */
export interface Alert {
  readonly kind: 'alert' | 'clear';
  /** The same for an alert and its end, and for nothing else in this watch. */
  readonly id: string;
  /** UTC ISO-8601; null where the time is not known. */
  readonly time: string | null;
  /** Since the watch began, from the monotonic clock. */
  readonly seconds: number;
  /** Option that set the budget. */
  readonly budget: string;
  /** `collector` where what measures it failed. */
  readonly measure: BudgetKind | 'collector';
  readonly severity: Severity;
  readonly reason: AlertReason;
  readonly target: GuardTarget;
  /** null where it is not known, and where it has no end. */
  readonly value: number | null;
  readonly limit: number | null;
  /** Seconds in which the limit may come about; null where it is no rate. */
  readonly per: number | null;
  /** Seconds that the value had been beyond its limit; of a clear, that the alert stood. */
  readonly forSeconds: number;
  readonly message: string;
  readonly evidence: { readonly [key: string]: Json };
}

/** Who says it: what a hook or a reader of many watches needs beside the alert. */
export interface AlertOrigin {
  /** Name of the machine. */
  readonly host: string;
  /** What is watched, in words. */
  readonly watched: string;
}

/** Version of the document: raised when a field changes its meaning or goes away. */
const SCHEMA_VERSION = 1;

/** What hooks, NDJSON, /healthz and the report get. */
export interface AlertDocument extends Alert, AlertOrigin {
  readonly schemaVersion: number;
}

/** Keys in schema order. */
export function alertDocument({ kind, ...alert }: Alert, { host, watched }: AlertOrigin): AlertDocument {
  return { schemaVersion: SCHEMA_VERSION, kind, host, watched, ...alert };
}
