import { cellText } from '../../model/classify.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { parseSize } from '../../model/quantity.ts';
import type { Finding } from '../../model/report.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { locateTarget, targetRange, targetText } from '../../model/target.ts';
import { lines, showLine } from '../next-command.ts';
import { processName } from '../process-summary.ts';
import { hasCell, hashBytes, hashCells } from '../row-bytes.ts';
import { PerProcess } from './per-process.ts';
import { aboutProcess, counted, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'deleted-held';
const INFO_BYTES = 2 ** 20;
const WARNING_BYTES = 2 ** 30;
const INFO_FILES = 8;
const WARNING_FILES = 100;
/** Identities of one process that are told apart; all files are counted. */
const TRACKED = 65_536;
const REGULAR = classCode('regular');
/**
 * Shared memory in a file's clothes: unlinked by design, in no file system that fills up
 * (memfd_create(2), shm_open(3), shmget(2), aio, DRM and huge page buffers).
 */
const NO_DISK =
  /^(?:\/memfd:|\/dev\/shm\/|\/dev\/zero|\/SYSV[0-9a-f]{8}|\/\[aio\]|\/anon_hugepage|\/drm mm object|\/i915)/;

interface Held {
  /** null where the source does not say. */
  readonly size: number | null;
  readonly name: string;
}

class State {
  files = 0;
  /** Descriptors beyond those whose files were told apart. */
  untracked = 0;
  readonly held = new Map<number, Held>();
}

export const deletedHeld: FindingRule = {
  name: NAME,
  label: 'deleted files held',
  doc: 'Files without a name that a process keeps open: their blocks are freed only when it closes them. Counted once for each file (device and inode) over all processes; files of size 0 (lock and heartbeat files, such as those of gunicorn) and shared memory (memfd, /dev/shm, SYSV) are left out. From 1 MiB or 8 files it is information, from 1 GiB (disks fill up unseen) or 100 files (temporary files that are not closed) a warning.',
  start: () => {
    const states = new PerProcess(() => new State());
    const target = targetRange();
    return {
      watch: {
        classes: [REGULAR],
        row(batch, row, entry) {
          locateTarget(batch, row, REGULAR, target);
          if (!target.deleted || target.start < 0) return;
          const size = sizeOf(batch, row);
          if (size === 0) return;
          const state = states.of(entry);
          const identity =
            hasCell(batch, row, Cell.node) && hasCell(batch, row, Cell.device)
              ? hashCells(batch, row, [Cell.device, Cell.node])
              : hashBytes(target.bytes, target.start, target.end);
          if (state.held.has(identity)) return;
          const name = targetText(target) ?? '';
          if (NO_DISK.test(name)) return;
          if (state.held.size < TRACKED) state.held.set(identity, { size, name });
          else state.untracked++;
        },
      },
      find: (context) => judge(states, context),
    };
  },
};

function sizeOf(batch: RowBatch, row: number): number | null {
  const text = cellText(batch, row, Cell.size)?.trim() ?? '';
  const size = parseSize(text);
  return size === null ? null : Number(size);
}

/** A file that several processes hold is put down to the first of them in rank. */
function judge(states: PerProcess<State>, { summaries, source }: FindingContext): Finding[] {
  const holders = new Map<number, number>();
  for (const { entry } of summaries) {
    for (const identity of states.peek(entry)?.held.keys() ?? [])
      holders.set(identity, (holders.get(identity) ?? 0) + 1);
  }
  const told = new Set<number>();
  return summaries.flatMap((summary) => {
    const state = states.peek(summary.entry);
    if (!state) return [];
    const own = [...state.held].filter(([identity]) => !told.has(identity));
    for (const [identity] of own) told.add(identity);
    const files = own.length + state.untracked;
    const bytes = own.reduce((sum, [, { size }]) => sum + (size ?? 0), 0);
    const unsized = own.filter(([, { size }]) => size === null).length + state.untracked;
    if (files < INFO_FILES && bytes < INFO_BYTES) return [];
    const largest = own.reduce<Held | null>(
      (best, [, held]) => ((held.size ?? 0) > (best?.size ?? -1) ? held : best),
      null,
    );
    const shared = own.filter(([identity]) => (holders.get(identity) ?? 0) > 1).length;
    const others = own.reduce((most, [identity]) => Math.max(most, (holders.get(identity) ?? 1) - 1), 0);
    const held = unsized === files ? 'of unknown size' : `${bytes} bytes`;
    const also =
      shared > 0 ? `, ${shared} of them with up to ${counted(others, 'other process', 'other processes')}` : '';
    return [
      aboutProcess(NAME, bytes >= WARNING_BYTES || files >= WARNING_FILES ? 'warning' : 'info', summary, {
        message: `${processName(summary)} keeps ${counted(files, 'deleted file')} open (${held}${largest ? `; the largest is ${largest.name}` : ''})${also}: the space is freed when it closes them or exits.`,
        evidence: {
          files,
          bytes,
          unsized,
          largest: largest?.name ?? null,
          largestBytes: largest?.size ?? null,
          shared,
        },
        target: largest?.name ?? null,
        next: lines(
          showLine(source, summary),
          summary.pid === null || source.kind !== 'live' ? null : `lsof +L1 -p ${summary.pid}`,
        ),
      }),
    ];
  });
}
