import { bytesText } from '../model/bytes-text.ts';
import type { Section, SourceInfo } from '../model/report.ts';
import type { NameSums } from './name-count.ts';
import { leaksofLine } from './next-command.ts';

/** Deleted files that descriptors hold, each once over all processes. */
export interface DeletedSum {
  readonly files: number;
  /** Bytes by their sizes. */
  readonly bytes: number;
  /** Files whose size the source does not say. */
  readonly unsized: number;
}

export interface NamesShown {
  readonly sums: NameSums;
  readonly top: number;
  readonly exact: boolean;
  /** Whether only descriptors count, rather than rows of any association. */
  readonly descriptors: boolean;
  readonly deleted: DeletedSum;
  readonly source: SourceInfo;
}

export function nameSections({ sums, top, exact, descriptors, deleted, source }: NamesShown): Section[] {
  const { targets, rows, processes } = sums;
  const shown = targets.slice(0, top);
  const what = descriptors ? 'descriptors' : 'open files';
  const kinds = exact ? 'names' : 'patterns';
  const sections: Section[] = [
    {
      kind: 'note',
      tone: 'plain',
      text: `${rows} ${what} of ${processes} ${processes === 1 ? 'process' : 'processes'}, ${targets.length} ${kinds}`,
    },
  ];
  if (shown.length > 0) {
    sections.push({
      kind: 'table',
      title: null,
      columns: [
        { title: 'count', kind: 'number' },
        { title: 'share', kind: 'percent' },
        { title: 'processes', kind: 'number' },
        { title: 'type', kind: 'text' },
        { title: exact ? 'name' : 'pattern', kind: 'name' },
        ...(exact ? [] : [{ title: 'example', kind: 'name' } as const]),
      ],
      rows: shown.map(({ pattern, name, type, class: kind, count, processes: holders }) => [
        count,
        rows === 0 ? null : count / rows,
        holders,
        type ?? kind,
        pattern,
        ...(exact ? [] : [isOwnExample(pattern, name) ? null : name]),
      ]),
      more: targets.length - shown.length,
    });
  }
  if (deleted.files > 0) {
    const unsized = deleted.unsized === 0 ? '' : `, ${deleted.unsized} of unknown size`;
    const text = `${deleted.files} deleted ${deleted.files === 1 ? 'file is' : 'files are'} held: ${bytesText(deleted.bytes)}${unsized}`;
    sections.push({ kind: 'note', tone: 'plain', text });
  }
  const folded = exact ? undefined : shown.find(({ pattern, name }) => !isOwnExample(pattern, name));
  if (folded?.pattern != null && source.kind !== 'stdin') {
    const glob = folded.pattern.replace(/ \(deleted\)$/, '');
    sections.push({ kind: 'note', tone: 'command', text: leaksofLine(source, 'names', '--exact', '--name', glob) });
  }
  return sections;
}

/** Whether the example says nothing that the pattern does not. */
function isOwnExample(pattern: string | null, name: string | null): boolean {
  return name === null || pattern === name || pattern === `${name} (deleted)`;
}
