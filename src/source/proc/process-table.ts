import { readlinkSync } from 'node:fs';
import type { ProcessFact, Refusal } from '../../model/process.ts';
import { countDescriptors } from './descriptor/count.ts';
import { countFrom, listDescriptors, listDescriptorsAside } from './descriptor/listing.ts';
import { liveTable } from './descriptor/table.ts';
import type { Losses } from './process/listed-process.ts';
import type { Machine } from './process/process-fact.ts';

/** Descriptors from which listing aside is worth its detour through a thread. */
const LARGE = 2000;
/**
 * Listings made again, at most, where the kernel counts more than one shows. A number that a blocked thread owns is
 * missing in all of them; one that was opened or closed in the middle of a listing is not, and must not read as reserved.
 */
const AGAIN = 8;

/** The numbers of one process's descriptors, as listed. */
export interface ListedTable {
  /** Folder that holds `fd`. */
  readonly folder: string;
  /** Ascending. */
  readonly numbers: Int32Array;
  /** By the kernel's count at the same time, reserved numbers included; null where it gives none. */
  readonly counted: number | null;
}

/** A listing between two counts. */
interface SteadyTable extends ListedTable {
  /** Whether the kernel counted the same before and after. */
  readonly steady: boolean;
}

/** Lists the numbers of a process, or says why not. */
export function listTable(machine: Machine, fact: ProcessFact): ListedTable | Refusal {
  const folder = liveTable(`${machine.root}/${fact.pid}`, fact.state ?? 'R', fact.threads ?? 1);
  if (folder === null) return 'zombie';
  try {
    let best = countedTable(machine, folder);
    for (let again = 0; again < AGAIN && reservedOf(best) > 0; again++) {
      const next = countedTable(machine, folder);
      const same = next.steady && best.steady && reservedOf(next) === reservedOf(best);
      if (reservedOf(next) <= reservedOf(best)) best = next;
      if (same) break;
    }
    return best;
  } catch (error) {
    return refusalOf(error);
  }
}

/** The same while this thread goes on: listing 20,000 numbers takes 20 ms, in which scanners would wait for us. */
export async function listTableAside(machine: Machine, fact: ProcessFact): Promise<ListedTable | Refusal> {
  if ((fact.descriptors ?? 0) < LARGE) return listTable(machine, fact);
  const folder = liveTable(`${machine.root}/${fact.pid}`, fact.state ?? 'R', fact.threads ?? 1);
  if (folder === null) return 'zombie';
  try {
    const before = kernelCount(machine, folder);
    const numbers = await listDescriptorsAside(folder);
    const table = tableOf(folder, before, numbers, kernelCount(machine, folder));
    return reservedOf(table) === 0 ? table : listTable(machine, fact);
  } catch (error) {
    return refusalOf(error);
  }
}

/** Numbers that are in use and that the listing does not show. */
function reservedOf({ counted, numbers }: ListedTable): number {
  return counted === null ? 0 : counted - numbers.length;
}

function kernelCount(machine: Machine, folder: string): number | null {
  return machine.counts ? countDescriptors(folder) : null;
}

function countedTable(machine: Machine, folder: string): SteadyTable {
  return tableOf(folder, kernelCount(machine, folder), listDescriptors(folder), kernelCount(machine, folder));
}

function tableOf(folder: string, before: number | null, numbers: Int32Array, after: number | null): SteadyTable {
  // Descriptors opened or closed while we listed must not read as reserved: the smaller count is nearer the listing.
  const counted = before === null || after === null ? null : Math.max(numbers.length, Math.min(before, after));
  return { folder, numbers, counted, steady: before === after };
}

/** Lists our own numbers. The listing itself was one of them: what is open when it is done is what counts. */
export function listOwnTable(machine: Machine): ListedTable {
  const folder = `${machine.root}/${process.pid}`;
  const counted = kernelCount(machine, folder);
  const numbers = listDescriptors(folder).filter((number) => isOpen(`${folder}/fd/${number}`));
  return { folder, numbers, counted: counted === null ? null : Math.max(counted, numbers.length) };
}

function isOpen(path: string): boolean {
  try {
    readlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** What a listing adds to the fact of its process. */
export function listedFact(fact: ProcessFact, table: ListedTable, losses: Losses): ProcessFact {
  const { numbers, counted } = table;
  return {
    pid: fact.pid,
    listed: numbers.length - losses.vanished,
    descriptors: (counted ?? numbers.length) - losses.vanished,
    ...(fact.softLimit !== undefined && { aboveLimit: countFrom(numbers, fact.softLimit) }),
  };
}

/** Why reading a process failed. Throws what is neither its end nor a lack of permission. */
function refusalOf(error: unknown): Refusal {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'permission';
  if (code === 'ENOENT' || code === 'ESRCH') return 'vanished';
  throw error;
}
