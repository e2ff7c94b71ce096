import type { SystemFact } from '../../model/process.ts';
import type { Finding, Json, Severity, SourceInfo } from '../../model/report.ts';
import type { ProcessSummary } from '../process/process-summary.ts';
import type { RowWatch } from '../run.ts';
import type { HeldTarget } from '../target/target-table.ts';

/** What the rules judge. */
export interface FindingContext {
  /** Nearest to the limit first. */
  readonly summaries: readonly ProcessSummary[];
  /** Processes that were left out of `summaries` because another one there stands for their descriptor table. */
  readonly shared: readonly ProcessSummary[];
  readonly source: SourceInfo;
  /** Machine-wide limits, where the source knows them. */
  readonly system: SystemFact | null;
  /** What a process holds most, the first so many. */
  targets(summary: ProcessSummary, length: number): readonly HeldTarget[];
}

/** One look of one rule at one input. */
interface FindingCheck {
  /** Rows that the rule wants to see while they pass; its state must stay bounded per process. */
  readonly watch?: RowWatch;
  find(context: FindingContext): Finding[];
}

/** One kind of thing that can be wrong (or odd), with its own thresholds. One file each; `registry.ts` lists them. */
export interface FindingRule {
  /** kebab-case, the file's name. */
  readonly name: string;
  /** A few words behind the process's line in `rank`; null where the line says it already. */
  readonly label: string | null | ((finding: Finding) => string | null);
  /** What it looks for and why its thresholds are where they are. */
  readonly doc: string;
  start(): FindingCheck;
}

/** The rule's words for one of its findings. */
export function labelOf(rule: FindingRule, finding: Finding): string | null {
  return typeof rule.label === 'function' ? rule.label(finding) : rule.label;
}

/** A finding about one process. */
export function aboutProcess(
  rule: string,
  severity: Severity,
  summary: ProcessSummary,
  said: {
    readonly message: string;
    readonly evidence: { readonly [key: string]: Json };
    readonly next: readonly string[];
    readonly target?: string | null;
  },
): Finding {
  return {
    rule,
    severity,
    pid: summary.pid,
    startTime: summary.startTime,
    target: said.target ?? null,
    message: said.message,
    evidence: said.evidence,
    next: said.next,
  };
}

/** A finding about the whole input or machine. */
export function aboutAll(
  rule: string,
  severity: Severity,
  said: {
    readonly message: string;
    readonly evidence: { readonly [key: string]: Json };
    readonly next?: readonly string[];
    readonly target?: string | null;
  },
): Finding {
  return {
    rule,
    severity,
    pid: null,
    startTime: null,
    target: said.target ?? null,
    message: said.message,
    evidence: said.evidence,
    next: said.next ?? [],
  };
}

/** `1 pipe`, `3 pipes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
