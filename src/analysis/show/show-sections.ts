import { bytesText } from '../../model/bytes-text.ts';
import { DESCRIPTOR_CLASSES } from '../../model/descriptor-class.ts';
import { percentText } from '../../model/percent.ts';
import type { NoteSection, Section, SourceInfo, TableSection } from '../../model/report.ts';
import { prlimitLine } from '../next-command.ts';
import { isZombie, type ProcessSummary, processName } from '../process/process-summary.ts';
import { figure, label, named, note, share, tableOf } from '../section.ts';
import type { ShowData } from './show-data.ts';

export interface Shown {
  readonly data: ShowData;
  readonly chosen: ProcessSummary;
  /** The other processes that the word means, nearest to the limit first. */
  readonly others: readonly ProcessSummary[];
  /** Only some rows of the process were let through. */
  readonly partial: boolean;
  readonly source: SourceInfo;
}

/** Other processes named in the note. */
const NAMED = 5;

type Fact = readonly [string, string | null];

export function showSections(shown: Shown): Section[] {
  const { data } = shown;
  return [
    facts(shown),
    ...(data.process.classes ? [classes(data)] : []),
    ...(data.targets.length > 0 ? [targets(data)] : []),
    ...(data.sockets.length > 0 ? [sockets(data)] : []),
    ...notes(shown),
  ];
}

function facts({ data, chosen }: Shown): TableSection {
  const { process, numbers, deleted } = data;
  const rows: readonly Fact[] = [
    ['process', processName(process)],
    ['state', isZombie(chosen.fact) ? 'Z (zombie: ended, not reaped, holds nothing)' : process.state],
    ['user', process.user],
    ['started', process.startTime],
    ['parent', text(process.ppid)],
    ['command line', process.commandLine],
    ['folder', process.cwd],
    ['unit', process.unit],
    ['container', process.container],
    ['pod', process.pod],
    ['descriptors', descriptorsText(chosen)],
    ['headroom', process.headroom === null ? null : `${number(process.headroom)} free below the soft limit`],
    ['hard limit', process.hardLimit === null ? null : number(process.hardLimit)],
    ['reserved', process.reserved ? `${process.reserved} (threads waiting in accept() or a FIFO's open())` : null],
    ['numbers', numbers === null ? null : numbersText(numbers)],
    ['open files', process.openFiles === null ? null : `${process.openFiles} (with cwd, txt, mem ...)`],
    ['deleted files', deleted.files === 0 ? null : `${deleted.files} held, ${bytesText(deleted.bytes)}`],
    ['threads', text(process.threads)],
    ['memory', process.rss === null ? null : `${(process.rss / 2 ** 20).toFixed(1)} MiB resident`],
    ['CPU', process.cpu === null ? null : `${process.cpu.toFixed(1)} % of a core since it started`],
    ['not listed', process.refused],
  ];
  return tableOf(
    rows.filter(([, value]) => value !== null && value !== ''),
    [label('', ([what]) => what), named('', ([, value]) => value)],
  );
}

function text(value: number | null): string | null {
  return value === null ? null : String(value);
}

function number(value: number): string {
  return Number.isFinite(value) ? String(value) : 'unlimited';
}

function descriptorsText({ descriptors, softLimit, utilisation, listed, fact }: ProcessSummary): string | null {
  if (descriptors === null) return isZombie(fact) ? null : 'not known (could not be read)';
  const of = softLimit === null ? '' : ` of ${number(softLimit)}`;
  const share = utilisation === null || utilisation > 1 ? '' : ` (${percentText(utilisation)})`;
  const shown = listed === null ? ', none listed' : listed === descriptors ? '' : `, ${listed} listed`;
  return `${descriptors}${of}${share}${shown}`;
}

function numbersText({ lowestFree, highest, aboveLimit }: NonNullable<ShowData['numbers']>): string {
  const top = highest === null ? 'the highest is cut to *NNN in the listing' : `highest ${highest}`;
  const above = aboveLimit ? `, ${aboveLimit} at or above the soft limit` : '';
  return `lowest free ${lowestFree}, ${top}${above}`;
}

function classes({ process }: ShowData): TableSection {
  const rows = DESCRIPTOR_CLASSES.map((name) => [name, process.classes?.[name] ?? 0] as const)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  return tableOf(
    rows,
    [
      figure('count', ([, count]) => count),
      share('share', ([, count]) => (process.listed ? count / process.listed : null)),
      label('class', ([name]) => name),
    ],
    { title: 'Classes' },
  );
}

function targets({ targets: held }: ShowData): TableSection {
  return tableOf(
    held,
    [
      figure('count', ({ count }) => count),
      label('type', ({ type, class: kind }) => type ?? kind),
      named('pattern', ({ pattern }) => pattern),
      named('example', ({ pattern, name }) => (name === pattern ? null : name)),
    ],
    { title: 'Targets' },
  );
}

function sockets({ sockets: states }: ShowData): TableSection {
  return tableOf(
    states,
    [
      figure('count', ({ count }) => count),
      label('class', ({ class: kind }) => kind),
      label('protocol', ({ protocol }) => protocol),
      label('state', ({ state }) => state),
    ],
    { title: 'Sockets' },
  );
}

function notes({ data, chosen, others, partial, source }: Shown): NoteSection[] {
  const said: NoteSection[] = [];
  if (partial) said.push(note('plain', 'counts are of matching rows only, so headroom cannot be told'));
  if (data.matches > 1) {
    const named = others.slice(0, NAMED).map(({ pid, descriptors }) => `${pid} (${descriptors ?? 'not counted'})`);
    const dots = others.length > NAMED ? ', ...' : '';
    const text = `${data.matches} processes match; this is the one nearest to its limit. The others: ${named.join(', ')}${dots}`;
    said.push(note('plain', text));
  }
  const raise = (data.process.utilisation ?? 0) >= 0.8 && source.kind === 'live' ? prlimitLine(chosen) : null;
  if (raise !== null) said.push(note('command', `now: ${raise}`));
  return said;
}
