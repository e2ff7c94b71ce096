import type { ProcessEntry } from '../../analysis/process/process-entry.ts';
import { ProcessTable } from '../../analysis/process/process-table.ts';
import { eachRow } from '../../analysis/run.ts';
import { TargetWatch } from '../../analysis/target/target-watch.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { openFile } from '../../model/open-file.ts';
import type { TargetGroup } from '../../model/series.ts';
import { liveSource } from '../../source/live.ts';

/** Groups of one process that are told apart: the largest. */
const GROUPS = 64;

/** What one process holds by name. */
export interface NamedTable {
  /** Descriptors counted when the names were read. */
  readonly count: number | null;
  readonly groups: readonly NamedGroup[];
  /** Listed numbers at or above the soft limit, which take no room below it. */
  readonly aboveLimit: number;
  /** TCP ports it listens on. */
  readonly ports: readonly number[];
}

interface NamedGroup {
  readonly target: TargetGroup;
  readonly count: number;
  /** All have the same name. */
  readonly single: boolean;
}

/** The TCP ports that each process listens on. */
class Ports {
  readonly #ports = new Map<ProcessEntry, Set<number>>();
  readonly watch = eachRow([classCode('inet')], (batch, row, entry) => {
    const { state, local } = openFile(batch, row);
    const port = Number(/:(\d+)$/.exec(local ?? '')?.[1]);
    if (state !== 'LISTEN' || !Number.isInteger(port)) return;
    const ports = this.#ports.get(entry) ?? new Set();
    this.#ports.set(entry, ports.add(port));
  });

  of(entry: ProcessEntry): readonly number[] {
    return [...(this.#ports.get(entry) ?? [])];
  }
}

/** Reads the names of some processes: about 4 us for each descriptor. Those that cannot be listed are left out. */
export async function readNames(root: string, pids: readonly number[]): Promise<ReadonlyMap<number, NamedTable>> {
  const targets = new TargetWatch();
  const ports = new Ports();
  const table = new ProcessTable([targets, ports.watch]);
  await liveSource({ root, names: 'all', detail: 'name', pids }).read(table);
  const named = new Map<number, NamedTable>();
  for (const entry of table.finish()) {
    const { fact } = entry;
    if (fact?.listed === undefined || fact.sharesTableWith !== undefined) continue;
    named.set(entry.pid, {
      count: fact.descriptors ?? null,
      groups: targets.list(entry, GROUPS).map(({ pattern, name, type, class: kind, count, single }) => ({
        target: { type: type ?? '', class: kind, pattern: pattern ?? '', name: name ?? '' },
        count,
        single,
      })),
      aboveLimit: fact.aboveLimit ?? 0,
      ports: ports.of(entry),
    });
  }
  return named;
}
