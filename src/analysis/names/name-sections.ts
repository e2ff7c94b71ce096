import { bytesText } from '../../model/bytes-text.ts';
import type { Section, SourceInfo, TableSection } from '../../model/report.ts';
import { leaksofLine } from '../next-command.ts';
import { figure, label, named, note, share, tableOf } from '../section.ts';
import type { NameSums } from './name-count.ts';

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
  const holders = `${processes} ${processes === 1 ? 'process' : 'processes'}`;
  const sections: Section[] = [note('plain', `${rows} ${what} of ${holders}, ${targets.length} ${kinds}`)];
  if (shown.length > 0) sections.push(targetTable(sums, top, exact));
  if (deleted.files > 0) {
    const unsized = deleted.unsized === 0 ? '' : `, ${deleted.unsized} of unknown size`;
    const text = `${deleted.files} deleted ${deleted.files === 1 ? 'file is' : 'files are'} held: ${bytesText(deleted.bytes)}${unsized}`;
    sections.push(note('plain', text));
  }
  const folded = exact ? undefined : shown.find(({ pattern, name }) => !isOwnExample(pattern, name));
  if (folded?.pattern != null && source.kind !== 'stdin') {
    const glob = folded.pattern.replace(/ \(deleted\)$/, '');
    sections.push(note('command', leaksofLine(source, 'names', '--exact', '--name', glob)));
  }
  return sections;
}

function targetTable({ targets, rows }: NameSums, top: number, exact: boolean): TableSection {
  return tableOf<NameSums['targets'][number]>(
    targets,
    [
      figure('count', ({ count }) => count),
      share('share', ({ count }) => (rows === 0 ? null : count / rows)),
      figure('processes', ({ processes }) => processes),
      label('type', ({ type, class: kind }) => type ?? kind),
      named(exact ? 'name' : 'pattern', ({ pattern }) => pattern),
      ...(exact
        ? []
        : [
            named<NameSums['targets'][number]>('example', ({ pattern, name }) =>
              isOwnExample(pattern, name) ? null : name,
            ),
          ]),
    ],
    { top },
  );
}

/** Whether the example says nothing that the pattern does not. */
function isOwnExample(pattern: string | null, name: string | null): boolean {
  return name === null || pattern === name || pattern === `${name} (deleted)`;
}
