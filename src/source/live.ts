import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { RowConsumer } from '../model/consumer.ts';
import type { MachineFact } from '../model/machine.ts';
import type { ProcessFact } from '../model/process.ts';
import type { SourceInfo } from '../model/report.ts';
import type { Source, SourceResult } from '../model/source.ts';
import { isProcfs } from './proc/descriptor/count.ts';
import { machineFact } from './proc/kernel/kernel-name.ts';
import { systemFact } from './proc/kernel/system.ts';
import { LiveRun } from './proc/live-run.ts';
import type { Detail } from './proc/process/listed-process.ts';

export interface LiveOptions {
  /** Folder of the proc tree, `/proc` unless told; a captured tree works too. */
  readonly root?: string;
  /** Whose names to read: `some` = who is near the limit or holds most, as far as the time budget goes. */
  readonly names: 'some' | 'all' | 'none';
  /** `auto`: as much as is affordable, which is `stat` while the tables to read are small together, else `name`. */
  readonly detail: Detail | 'auto';
  /** How many of the highest counts are always read with `some`; 10 unless told. */
  readonly top?: number;
  /** Only these processes. */
  readonly pids?: readonly number[];
  /** Only processes whose fact (counts, limits, user, command) this accepts. */
  readonly keep?: (fact: ProcessFact) => boolean;
  /** Time for names of `some`, ms; 1,000 unless told. */
  readonly budgetMs?: number;
}

/**
 * The live machine through proc(5): a fact of every process first (counts, limits, user, cgroup), then the rows of those
 * whose names are read, then what the reading added to their facts.
 */
export function liveSource(options: LiveOptions): Source {
  return {
    async read(consumer: RowConsumer): Promise<SourceResult> {
      const run = new LiveRun({
        root: resolve(options.root ?? '/proc'),
        names: options.names,
        detail: options.detail,
        top: options.top ?? 10,
        pids: options.pids ?? null,
        keep: options.keep ?? (() => true),
        budgetMs: options.budgetMs ?? 1000,
      });
      consumer.listing({ index: 0, marker: null, line: 0 });
      const { info, machine } = about(resolve(options.root ?? '/proc'), options.root ?? '/proc');
      const { coverage, system } = await run.read(consumer);
      return { info, coverage, system, machine };
    },
  };
}

/** What a reading of this tree says of itself, whoever reads. `root` is absolute. */
export function machineOf(root: string): Pick<SourceResult, 'info' | 'machine' | 'system'> & { machine: MachineFact } {
  return { ...about(root, root), system: systemFact(root) };
}

function about(root: string, name: string): { info: SourceInfo; machine: MachineFact } {
  const procfs = isProcfs(root);
  const time = procfs ? new Date().toISOString() : null;
  return {
    info: { kind: 'live', name: procfs ? hostname() : name, dialect: 'proc', time },
    machine: machineFact(root, procfs),
  };
}
