import { bytesText } from '../../model/bytes-text.ts';
import type { Section } from '../../model/report.ts';
import { signalName } from '../../model/signal.ts';
import { counted } from '../finding/rule.ts';
import { amount, figure, label, named, note, tableOf } from '../section.ts';
import type { DrainData, DrainOptions, DrainProcess } from './drain-data.ts';
import type { HeldFile } from './held.ts';
import type { Over } from './observation.ts';
import { outcomeText, seconds, summaryText } from './outcome-text.ts';
import type { DrainEvent } from './timeline.ts';

/** Clients that a shutdown meets, files that are written: said of what nobody can see from outside. */
const UNSEEN =
  'not to be seen from outside: data in buffers of the program, queued jobs, bytes in pipes; a signal that is caught may drain or drop them';

const NOTHING_BEGAN: Readonly<Record<Over, string>> = {
  all: 'nothing was left to end',
  gone: 'it ended by itself before the signal was sent',
  grace: 'nothing began to end',
  time: 'nothing began to end in that time',
  stopped: 'interrupted before anything began to end',
};

export function drainSections(data: DrainData, options: DrainOptions, over: Over | null): Section[] {
  return options.followed ? followedSections(data, options, over) : beforeSections(data, options);
}

function beforeSections({ processes, process }: DrainData, { signal, top }: DrainOptions): Section[] {
  const name = signalName(signal).replace(/^SIG/, '');
  return [
    tableOf<DrainProcess>(
      processes,
      [
        figure('pid', ({ pid }) => pid),
        label('command', ({ command }) => command),
        label('role', ({ role }) => role),
        label(signalName(signal), ({ signals }) => signals?.[name] ?? 'unknown'),
        ...holdingColumns(({ before }) => before),
      ],
      { title: `what ${signalName(signal)} would meet`, top },
    ),
    otherSignals(processes, name),
    ...listenerSections(processes),
    ...fileSection(processes, top),
    note('plain', UNSEEN),
    note('command', `leaksof drain ${process} --send ${name}`),
  ];
}

function holdingColumns(of: (process: DrainProcess) => DrainProcess['before']) {
  return [
    figure<DrainProcess>('fds', (process) => of(process)?.descriptors ?? null),
    figure<DrainProcess>('listens', (process) => of(process)?.listeners.length ?? null),
    figure<DrainProcess>('in', (process) => of(process)?.in ?? null),
    figure<DrainProcess>('out', (process) => of(process)?.out ?? null),
    figure<DrainProcess>('files', (process) => of(process)?.files.length ?? null),
    figure<DrainProcess>('pipes', (process) => of(process)?.pipes ?? null),
  ];
}

/** What is known of the signals that were not asked about, those alike together. */
function otherSignals(processes: readonly DrainProcess[], asked: string): Section {
  const groups = new Map<string, string[]>();
  for (const { command, pid, signals } of processes) {
    const others = Object.entries(signals ?? {}).filter(([name]) => name !== asked);
    const said = others.map(([name, disposition]) => `${name} ${disposition}`).join(', ');
    if (said === '') continue;
    groups.set(said, [...(groups.get(said) ?? []), `${command} ${pid}`]);
  }
  const text = [...groups].map(
    ([said, who]) => `${who.length > 3 ? counted(who.length, 'process', 'processes') : who.join(', ')}: ${said}`,
  );
  return note('plain', text.length === 0 ? 'signals could not be read' : text.join(' · '));
}

function listenerSections(processes: readonly DrainProcess[]): Section[] {
  const waiting = new Map<string, number>();
  for (const { before } of processes) {
    for (const listener of before?.listeners ?? []) waiting.set(listener.address, listener.waiting);
  }
  if (waiting.size === 0) return [];
  const said = [...waiting].map(([address, count]) =>
    count === 0 ? address : `${address} (${counted(count, 'connection')} not accepted yet)`,
  );
  return [note('plain', `listens on ${said.join(', ')}`)];
}

interface ProcessFile extends HeldFile {
  readonly pid: number;
}

function fileSection(processes: readonly DrainProcess[], top: number): Section[] {
  const files = processes.flatMap(({ pid, before }) =>
    (before?.files ?? []).map((file): ProcessFile => ({ ...file, pid })),
  );
  if (files.length === 0) return [];
  return [
    tableOf<ProcessFile>(
      files,
      [
        figure('pid', ({ pid }) => pid),
        { title: 'size', kind: 'bytes', align: 'right', cell: ({ size }) => size },
        amount('at', ({ position }) => (position === null ? null : bytesText(position))),
        label('', ({ deleted, writable }) => (deleted ? 'deleted' : writable ? 'written' : null)),
        named('file', ({ name }) => name),
      ],
      { title: 'files being written or deleted', top },
    ),
  ];
}

function followedSections(data: DrainData, { top, grace }: DrainOptions, over: Over | null): Section[] {
  const { processes, timeline } = data;
  if (timeline.length === 0) {
    return [note('warning', NOTHING_BEGAN[over ?? 'stopped'])];
  }
  return [
    tableOf<DrainEvent>(
      timeline,
      [
        amount('after', (event) => seconds(event.seconds)),
        figure('pid', ({ pid }) => pid),
        label('command', ({ command }) => command),
        named('what', ({ text }) => text),
      ],
      { title: 'timeline', top: Math.max(top, 40) },
    ),
    ...connectionSections(data),
    tableOf<DrainProcess>(
      processes,
      [
        figure('pid', ({ pid }) => pid),
        label('command', ({ command }) => command),
        label('outcome', ({ outcome, role }) => outcome ?? role),
        amount('gone', ({ ended }) => (ended === null ? null : seconds(ended.seconds))),
        figure('new fds', ({ opened }) => opened),
        figure('new in', ({ accepted }) => accepted),
        figure('new out', ({ connected, unnamed }) => connected + unnamed),
        amount('wrote', ({ grew }) => (grew === 0 ? null : bytesText(grew))),
        figure('cut', ({ cut }) => cut.length),
      ],
      { title: 'processes', top },
    ),
    ...heldSections(processes, top),
    ...processes
      .filter(({ well }) => well === true)
      .map((process) =>
        note('plain', `${process.command} ${process.pid} ${outcomeText(process)}: ${process.evidence.join('; ')}`),
      ),
    note('plain', `watched by ${data.looks} looks, at most ${seconds(data.longestGap)} apart`),
    ...(over === 'stopped'
      ? [note('warning', `the following was interrupted before ${seconds(grace)} were over`)]
      : []),
    note(data.outcome === 'drained' ? 'plain' : 'warning', summaryText(data)),
  ];
}

/** In and out over time: two plots, of what there was. */
function connectionSections({ connections }: DrainData): Section[] {
  return (['in', 'out'] as const).flatMap((direction): Section[] => {
    const counts = connections.map((count) => count[direction]);
    if (!counts.some((count) => count > 0)) return [];
    return [
      {
        kind: 'series',
        title: direction === 'in' ? 'established connections, incoming' : 'established connections, outgoing',
        x: { title: 's', values: connections.map((count) => count.seconds) },
        y: { title: 'connections', values: counts },
      },
    ];
  });
}

interface Left {
  readonly pid: number;
  readonly what: string;
  readonly queued: number;
  readonly name: string;
}

/** What was still held at the end: connections that were cut, and what those that are still there have. */
function heldSections(processes: readonly DrainProcess[], top: number): Section[] {
  const left = processes.flatMap(({ pid, cut, ended, last }) => [
    ...cut.map(
      ({ direction, local, remote, queued }): Left => ({
        pid,
        what: `cut, ${direction}`,
        queued,
        name: remote === null ? local : direction === 'in' ? `${remote} -> ${local}` : `${local} -> ${remote}`,
      }),
    ),
    ...(ended === null
      ? (last?.listeners ?? []).map(
          ({ address, waiting }): Left => ({ pid, what: 'listens', queued: waiting, name: address }),
        )
      : []),
    ...(last?.files ?? []).map(
      ({ name, size, deleted }): Left => ({ pid, what: deleted ? 'deleted file' : 'file', queued: size, name }),
    ),
  ]);
  if (left.length === 0) return [];
  return [
    tableOf<Left>(
      left,
      [
        figure('pid', ({ pid }) => pid),
        label('held', ({ what }) => what),
        figure('queued or size', ({ queued }) => queued),
        named('name', ({ name }) => name),
      ],
      { title: 'held at the last look', top },
    ),
  ];
}
