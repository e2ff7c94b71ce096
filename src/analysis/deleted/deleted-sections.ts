import { bytesText } from '../../model/bytes-text.ts';
import type { Section, SourceInfo } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import { leaksofLine } from '../next-command.ts';
import { grouped } from '../probe/probe-text.ts';
import { type Column, figure, label, named, note, tableOf } from '../section.ts';
import type { DeletedData, DeletedHolder } from './deleted-data.ts';
import type { DeletedSum, PatternHeld } from './deleted-sums.ts';

export interface DeletedShown {
  readonly data: DeletedData;
  readonly top: number;
  readonly budget: { readonly limit: number; readonly value: number; readonly verdict: string } | null;
  /** Whether the machine itself was asked, so that blocks are known. */
  readonly live: boolean;
  readonly source: SourceInfo;
  /** Processes that could not be looked into. */
  readonly refused: number;
}

export function deletedSections({ data, top, budget, live, source, refused }: DeletedShown): Section[] {
  const sections: Section[] = [note('plain', summary(data, refused))];
  if (budget) sections.push(note(budget.verdict === 'pass' ? 'plain' : 'warning', budgetText(budget)));
  const of = (...kinds: readonly PatternHeld['kind'][]) => data.patterns.filter(({ kind }) => kinds.includes(kind));
  if (data.holders.length > 0) {
    sections.push(tableOf(data.holders, holderColumns(live), { title: 'by process', top }));
    sections.push(tableOf(of('disk'), patternColumns(live), { title: 'by pattern', top }));
  }
  const apart = of('memory', 'mapped');
  if (apart.length > 0) {
    const title = 'not counted: memory, and mappings of unknown size';
    const kind = label<PatternHeld>('kind', ({ kind }) => kind);
    sections.push(tableOf(apart, [kind, ...patternColumns(live)], { title, top: Math.min(top, 5) }));
  }
  if (data.empty > 0) sections.push(note('plain', emptyText(data)));
  if (!live && data.disk.files > 0) {
    sections.push(note('plain', 'sizes as the listing prints them: a sparse file takes less on the disk'));
  }
  const holder = data.holders[0]?.pid;
  if (holder != null && source.kind !== 'stdin') {
    sections.push(note('command', leaksofLine(source, 'show', String(holder))));
  }
  return sections;
}

function summary({ disk, holders }: DeletedData, refused: number): string {
  if (disk.files === 0) {
    return refused === 0
      ? 'no deleted file takes space on a disk'
      : 'no deleted file that could be seen takes space on a disk';
  }
  const unsized = disk.unsized === 0 ? '' : `, ${disk.unsized} of unknown size`;
  return `${counted(disk.files, 'deleted file')} of ${counted(holders.length, 'process', 'processes')} ${disk.files === 1 ? 'takes' : 'take'} ${spaceText(disk)}${unsized}`;
}

/** Blocks where they are known, with the size beside it where that is another (sparse, or blocks beyond its end). */
function spaceText({ bytes, allocated }: DeletedSum): string {
  if (allocated === null) return bytesText(bytes);
  if (bytesText(bytes) === bytesText(allocated)) return `${bytesText(allocated)} of disk`;
  return `${bytesText(allocated)} of disk (sizes add up to ${bytesText(bytes)})`;
}

function budgetText({ limit, value, verdict }: { limit: number; value: number; verdict: string }): string {
  const same = value !== limit && bytesText(value) === bytesText(limit);
  const shown = (bytes: number) => (same ? `${grouped(bytes)} B` : bytesText(bytes));
  const text = `${shown(value)} of ${shown(limit)} allowed`;
  if (verdict === 'fail') return `over budget: ${text}`;
  return verdict === 'pass'
    ? `within budget: ${text}`
    : `could not tell: ${text}, and not everything could be looked at`;
}

function emptyText({ empty, files }: DeletedData): string {
  const example = files.find(({ kind }) => kind === 'empty')?.name ?? '';
  return `${counted(empty, 'deleted file')} without a byte not counted (heartbeats and locks), such as ${example}`;
}

function bytes<T extends DeletedSum>(title: string, cell: (item: T) => number | null): Column<T> {
  return { title, kind: 'bytes', align: 'right', cell };
}

/** Size, and what of it is on the disk where that is known. */
function spaceColumns<T extends DeletedSum>(live: boolean): Column<T>[] {
  const size = bytes<T>('size', (item) => (item.unsized === item.files ? null : item.bytes));
  return live ? [bytes<T>('on disk', ({ allocated }) => allocated), size] : [size];
}

function holderColumns(live: boolean): Column<DeletedHolder>[] {
  return [
    figure('pid', ({ pid }) => pid),
    label('command', ({ command }) => command),
    label('user', ({ user }) => user),
    ...spaceColumns<DeletedHolder>(live),
    bytes('alone', ({ alone }) => alone),
    figure('files', ({ files }) => files),
    named('largest', ({ largest }) => largest),
  ];
}

function patternColumns(live: boolean): Column<PatternHeld>[] {
  return [
    ...spaceColumns<PatternHeld>(live),
    figure('files', ({ files }) => files),
    figure('processes', ({ processes }) => processes),
    named('pattern', ({ pattern }) => pattern),
  ];
}
