import type { RowConsumer } from './consumer.ts';
import type { SourceCoverage } from './coverage.ts';
import type { MachineFact } from './machine.ts';
import type { SystemFact } from './process.ts';
import type { Report, SourceInfo } from './report.ts';

/** What a source says once it has been read. */
export interface SourceResult {
  readonly info: SourceInfo;
  readonly coverage: SourceCoverage;
  /** Machine-wide limits, where the source knows them (live, sosreport). */
  readonly system: SystemFact | null;
  /** The machine looked at, where the source knows it (live, snapshot). */
  readonly machine?: MachineFact;
}

/** Somewhere rows come from. Reading pushes everything into the consumer; only then are dialect and coverage known. */
export interface Source {
  read(consumer: RowConsumer): Promise<SourceResult>;
}

/** A question asked of a source: takes its rows as they come, then makes the Report from what the source says at its end. */
export interface Analysis<D extends object = object> extends RowConsumer {
  finish(result: SourceResult): Report<D>;
}
