import type { Coverage } from './coverage.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One claim with its evidence and the next command to run. */
export interface Finding {
  /** Name of the rule, kebab-case: its file in `analysis/finding/`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly pid: number | null;
  readonly startTime: string | null;
  readonly target: string | null;
  readonly message: string;
  readonly evidence: { readonly [key: string]: Json };
  /** Command lines to type next, most useful first. */
  readonly next: readonly string[];
}

/** Where the answer comes from. */
export interface SourceInfo {
  readonly kind: 'live' | 'file' | 'stdin' | 'sosreport' | 'lsof';
  /** Path as given, `-` for stdin, host name for live. */
  readonly name: string;
  /** Dialect name, `proc` for live. */
  readonly dialect: string;
  readonly compression?: 'gzip' | 'zstd';
  /** UTC ISO-8601 with milliseconds, when the snapshot was taken; null when a paste does not say. */
  readonly time: string | null;
}

/** pass/fail of a budget, "none" where no budget was asked. */
export type Verdict = 'none' | 'pass' | 'fail' | 'leak' | 'clean' | 'inconclusive';

export type CellKind = 'text' | 'name' | 'number' | 'bytes' | 'percent' | 'bar';

export interface SectionColumn {
  readonly title: string;
  readonly kind: CellKind;
  readonly align?: 'left' | 'right';
}

/** A table for people: typed cells, formatted by the view. `bar` cells are utilisations (1 = full) or null. */
export interface TableSection {
  readonly kind: 'table';
  readonly title: string | null;
  readonly columns: readonly SectionColumn[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Rows that exist beyond those given. */
  readonly more: number;
  /** The cells say themselves what they are: a terminal prints no titles above them, documents do. */
  readonly untitled?: boolean;
  /** Details: documents fold them away, a terminal leaves them out. */
  readonly folded?: boolean;
}

/** Numbers over time or load. */
export interface SeriesSection {
  readonly kind: 'series';
  readonly title: string;
  readonly x: { readonly title: string; readonly values: readonly number[] };
  readonly y: { readonly title: string; readonly values: readonly (number | null)[] };
}

/** A sentence. `command` notes are something to type. */
export interface NoteSection {
  readonly kind: 'note';
  readonly tone: 'plain' | 'command' | 'warning';
  readonly text: string;
}

export type Section = TableSection | SeriesSection | NoteSection;

/** One thing that was judged by itself: a URL, a budget, the start of a service. */
export interface Check {
  /** What was judged, in its own words: `GET /health`. */
  readonly name: string;
  readonly kind: 'service' | 'url' | 'budget';
  /** `skipped`: could not be told, and that was allowed. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'skipped';
  /** One sentence: what a red verdict rests on, what a green one would have seen, why nothing can be said. */
  readonly message: string;
  /** More about a verdict that is not a pass, a line each: what leaks and how much, the last words of a service. */
  readonly details: readonly string[];
  /** Time it took; null if it took none of its own. */
  readonly seconds: number | null;
}

/** The answer of an analysis: typed data for machines, sections for people, and what was not seen. No ANSI, no HTML. */
export interface Report<D extends object = object> {
  readonly command: string;
  readonly source: SourceInfo;
  /** What JSON prints after the common fields, keys in schema order. */
  readonly data: D;
  readonly sections: readonly Section[];
  readonly findings: readonly Finding[];
  /** Whether the sections say already what the findings say: then people are not told twice. */
  readonly findingsTold?: boolean;
  readonly coverage: Coverage;
  /** What was judged one by one, if anything was: for those who count passes and failures. */
  readonly checks?: readonly Check[];
  readonly verdict: Verdict;
}
