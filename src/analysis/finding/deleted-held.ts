import { bytesText } from '../../model/bytes-text.ts';
import type { Finding } from '../../model/report.ts';
import { type DeletedFile, DeletedFiles } from '../deleted-files.ts';
import { lines, showLine } from '../next-command.ts';
import { type ProcessSummary, processName } from '../process/process-summary.ts';
import { aboutProcess, counted, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'deleted-held';
const INFO_BYTES = 2 ** 20;
const WARNING_BYTES = 2 ** 30;
const INFO_FILES = 8;
const WARNING_FILES = 100;

export const deletedHeld: FindingRule = {
  name: NAME,
  label: 'deleted files held',
  doc: 'Files without a name that a process keeps open: their blocks are freed only when it closes them. Counted once for each file (device and inode) over all processes; files of size 0 (lock and heartbeat files, such as those of gunicorn) and shared memory (memfd, /dev/shm, SYSV) are left out. From 1 MiB or 8 files it is information, from 1 GiB (disks fill up unseen) or 100 files (temporary files that are not closed) a warning.',
  start: () => {
    const watch = new DeletedFiles();
    return { watch, find: (context) => judge(watch, context) };
  },
};

/** A file that several processes hold is put down to the first of them in rank. */
function judge(deleted: DeletedFiles, { summaries, source }: FindingContext): Finding[] {
  const holders = new Map<number, number>();
  for (const { entry } of summaries) {
    for (const identity of deleted.of(entry)?.files.keys() ?? []) {
      holders.set(identity, (holders.get(identity) ?? 0) + 1);
    }
  }
  const told = new Set<number>();
  return summaries.flatMap((summary) => {
    const held = deleted.of(summary.entry);
    if (!held) return [];
    const own = [...held.files].filter(([identity]) => !told.has(identity));
    for (const [identity] of own) told.add(identity);
    const shared = own.filter(([identity]) => (holders.get(identity) ?? 1) > 1).length;
    const others = own.reduce((most, [identity]) => Math.max(most, (holders.get(identity) ?? 1) - 1), 0);
    const files = own.map(([, file]) => file);
    return judgeFiles(
      summary,
      { files, untracked: held.untracked, shared, others },
      source.kind === 'live',
      showLine(source, summary),
    );
  });
}

interface Own {
  readonly files: readonly DeletedFile[];
  readonly untracked: number;
  /** Files that other processes hold too, and how many those are at most. */
  readonly shared: number;
  readonly others: number;
}

function judgeFiles(summary: ProcessSummary, own: Own, live: boolean, show: string | null): Finding[] {
  const { files, untracked, shared, others } = own;
  const count = files.length + untracked;
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (count < INFO_FILES && bytes < INFO_BYTES) return [];
  const unsized = files.filter(({ size }) => size === null).length + untracked;
  const largest = files.reduce<DeletedFile | null>(
    (best, file) => (best === null || (file.size ?? -1) > (best.size ?? -1) ? file : best),
    null,
  );
  const size =
    unsized === count
      ? 'sizes not known'
      : `${bytesText(bytes)}${unsized > 0 ? ` and ${unsized} of unknown size` : ''}`;
  const example = largest === null ? '' : `, ${unsized === count ? 'such as' : 'the largest'} ${largest.name}`;
  const also =
    shared > 0 ? `; ${shared} of them in up to ${counted(others, 'other process', 'other processes')} too` : '';
  return [
    aboutProcess(NAME, bytes >= WARNING_BYTES || count >= WARNING_FILES ? 'warning' : 'info', summary, {
      message: `${processName(summary)} keeps ${counted(count, 'deleted file')} open (${size}${example}${also}): the space is free only when it closes them or exits.`,
      evidence: {
        files: count,
        bytes,
        unsized,
        largest: largest?.name ?? null,
        largestBytes: largest?.size ?? null,
        shared,
      },
      target: largest?.name ?? null,
      next: lines(live && summary.pid !== null ? `sudo lsof -nP -a +L1 -p ${summary.pid}` : null, show),
    }),
  ];
}
