import { bytesText } from '../../model/bytes-text.ts';
import { durationText } from '../../model/duration-text.ts';
import type { Section } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import { type Column, figure, label, named, note, tableOf } from '../section.ts';
import type { JudgedFile } from './judge.ts';
import type { OrphanData, OrphanDisk, OrphanFile, OrphanOptions, RemovalResult } from './orphan-data.ts';
import type { FileSum, PatternSum } from './sums.ts';

/** Slower than this a disk does not fill up in the reader's time: a year, in seconds. */
const NEVER = 365 * 86_400;

export function orphanSections(
  data: OrphanData,
  shown: readonly JudgedFile[],
  { top, olderThan, removal }: Pick<OrphanOptions, 'top' | 'olderThan' | 'removal'>,
): Section[] {
  const sections: Section[] = [];
  if (shown.length > 0) sections.push(patternTable(data.patterns, top), fileTable(data.files, top));
  for (const disk of data.disks) sections.push(note('plain', diskText(disk)));
  sections.push(note('plain', splitText(data, olderThan)));
  if (data.reclaimable > 0 && removal === null) {
    sections.push(
      note('plain', `${bytesText(data.reclaimable)} can be had back: --delete shows how, --delete --yes does it`),
    );
  }
  if (data.withheld.length > 0) {
    sections.push(
      note('warning', 'nothing is called orphaned here: who holds a file cannot be known, as is said below'),
    );
  }
  if (removal) sections.push(...removalSections(removal));
  return sections;
}

function splitText({ orphaned, unheld, inUse, service }: OrphanData, olderThan: number): string {
  const part = (sum: FileSum, what: string) => `${sum.files} ${what} (${bytesText(sum.allocated)})`;
  const rule = `orphaned: held by nobody, older than ${durationText(olderThan)}${
    service === null ? '' : `, and no process of ${service.name} can be at work on it`
  }`;
  return `${part(orphaned, 'orphaned')}, ${part(unheld, 'unheld')}, ${part(inUse, 'in use')} · ${rule}`;
}

function diskText({ folder, type, size, available, rate, fullIn, seconds }: OrphanDisk): string {
  const state = `${folder} (${type}): ${bytesText(available)} of ${bytesText(size)} free`;
  const over = `over ${durationText(seconds)}`;
  if (fullIn === null) return `${state}, not filling up ${over}`;
  const speed = `${bytesText(Math.round(rate))}/s ${over}`;
  return fullIn > NEVER ? `${state}, ${speed}` : `${state}, full in ${durationText(fullIn)} at ${speed}`;
}

function bytes<T extends FileSum>(): Column<T>[] {
  return [
    { title: 'on disk', kind: 'bytes', align: 'right', cell: ({ allocated }) => allocated },
    figure('files', ({ files }) => files),
  ];
}

function patternTable(patterns: readonly PatternSum[], top: number): Section {
  return tableOf<PatternSum>(
    patterns,
    [
      label('state', ({ state }) => state),
      ...bytes<PatternSum>(),
      { ...label<PatternSum>('oldest', ({ oldest }) => durationText(Math.max(0, oldest))), align: 'right' },
      named('pattern', ({ pattern }) => pattern),
    ],
    { title: 'by pattern', top },
  );
}

const ORDER: Readonly<Record<string, number>> = { orphaned: 0, unheld: 1, 'in-use': 2 };

function fileTable(files: readonly OrphanFile[], top: number): Section {
  const ordered = files.toSorted(
    (a, b) => (ORDER[a.state] ?? 3) - (ORDER[b.state] ?? 3) || b.allocated - a.allocated || b.age - a.age,
  );
  return tableOf<OrphanFile>(
    ordered,
    [
      label('state', ({ state }) => state),
      { title: 'size', kind: 'bytes', align: 'right', cell: ({ size }) => size },
      { ...label<OrphanFile>('age', ({ age }) => durationText(Math.max(0, age))), align: 'right' },
      label('owner', ({ owner }) => owner),
      label('held by', holderText),
      named('file', ({ path }) => path),
    ],
    { title: 'files', top },
  );
}

function holderText({ holders, why }: OrphanFile): string | null {
  const [first, ...more] = holders;
  if (!first) return why === 'young' || why === 'withheld' ? null : why;
  const name = first.pid === null ? `${first.command} (${first.how})` : `${first.command} ${first.pid} (${first.how})`;
  return more.length === 0 ? name : `${name}, ${more.length} more`;
}

function removalSections({ done, removed, kept }: RemovalResult): Section[] {
  const size = bytesText(removed.reduce((sum, file) => sum + file.bytes, 0));
  const text = done
    ? `removed ${counted(removed.length, 'file')} (${size}), kept ${kept.length}`
    : `would remove ${counted(removed.length, 'file')} (${size}); nothing was touched, --yes does it`;
  const reasons = new Map<string, number>();
  for (const { why } of kept) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  return [
    note(done ? 'warning' : 'plain', text),
    ...[...reasons].map(([why, count]) => note('plain', `${count} kept: ${why}`)),
  ];
}
