import { bytesText } from '../../model/bytes-text.ts';
import { durationText } from '../../model/duration-text.ts';
import { percentText } from '../../model/percent.ts';
import type { Section, SeriesSection } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import { amount, type Column, figure, label, named, note, share, tableOf } from '../section.ts';
import { waitsIn } from './entries.ts';
import { blockedWriters, holdersText, readersOf, writersOf } from './holder-text.ts';
import type { BacklogEntry, PairEntry, PipeBudget, PipeData, PipeEntry, QueueEntry } from './pipe-data.ts';

export interface PipeShown {
  readonly data: PipeData;
  /** Lines of each table. */
  readonly top: number;
  readonly live: boolean;
  readonly series: readonly SeriesSection[];
}

export function pipeSections({ data, top, live, series }: PipeShown): Section[] {
  const { pipes, pairs, queues, backlogs, budget } = data;
  const sections: Section[] = [note('plain', summaryText(data))];
  if (budget) sections.push(note(budget.verdict === 'pass' ? 'plain' : 'warning', budgetText(budget)));
  if (pipes.length > 0) {
    const withRate = pipes.some(({ rate }) => rate !== null);
    sections.push(tableOf(pipes, pipeColumns(data.fill.read > 0, withRate), { title: 'pipes', top }));
  }
  // Where nothing waits a pair is a number; of a listing, who holds which end is all there is.
  const busy = live ? pairs.filter((pair) => waitsIn(pair) > 0 || blockedIn(pair) > 0) : pairs;
  if (busy.length > 0) sections.push(tableOf(busy, pairColumns(live), { title: 'unix sockets', top }));
  if (queues.length > 0) sections.push(tableOf(queues, queueColumns(), { title: 'TCP queues', top }));
  const waiting = backlogs.filter((backlog) => backlog.waiting > 0);
  if (waiting.length > 0) sections.push(tableOf(waiting, backlogColumns(), { title: 'listen backlogs', top }));
  sections.push(...series, ...fillNotes(data, live));
  return sections;
}

function summaryText({ pipes, pairs, queues, backlogs, fill }: PipeData): string {
  const of = (state: PipeEntry['state']) => pipes.filter((pipe) => pipe.state === state).length;
  const sleepers = [
    ...pipes.map(({ blocked }) => blocked),
    ...pairs.flatMap(({ sockets }) => sockets.map(({ blocked }) => blocked)),
    ...queues.map(({ blocked }) => blocked),
  ];
  const writers = sleepers.flatMap(blockedWriters).length;
  const told = [
    fill.read > 0 || of('full') > 0 ? `${of('full')} full` : null,
    fill.read > 0 ? `${of('high')} above 90 %` : null,
    writers > 0 ? counted(writers, 'thread blocked writing', 'threads blocked writing') : null,
  ].filter((text) => text !== null);
  const single = pairs.filter(({ sockets }) => sockets.length < 2).length;
  const found = [
    counted(pipes.length, 'pipe'),
    counted(pairs.length - single, 'connected unix socket pair'),
    ...(single > 0 ? [`${counted(single, 'unix socket')} of which the other end is not known`] : []),
    counted(backlogs.length, 'listener'),
  ].join(', ');
  return told.length === 0 ? found : `${found} · ${told.join(', ')}`;
}

function budgetText({ limit, value, verdict }: PipeBudget): string {
  const text =
    value === null ? 'no fill was read' : `the fullest is at ${percentText(value)} of ${percentText(limit)} allowed`;
  if (verdict === 'fail') return `over budget: ${text}`;
  return verdict === 'pass' ? `within budget: ${text}` : `could not tell: ${text}, and not every pipe could be read`;
}

function fillNotes({ fill, pipes, unidentified }: PipeData, live: boolean): Section[] {
  const notes: Section[] = [];
  if (!live && pipes.length > 0) {
    notes.push(
      note(
        'plain',
        'a listing does not say how full a pipe is, nor who is blocked: run this on the machine itself, with --fill',
      ),
    );
  } else if (live && !fill.asked && pipes.length > 0) {
    notes.push(
      note(
        'plain',
        'how full pipes are was not read: --fill does (it opens a write end of each for a moment, and reads nothing)',
      ),
    );
  } else if (fill.why !== null) notes.push(note('warning', `how full pipes are could not be read: ${fill.why}`));
  else if (fill.unread > 0) {
    const why = pipes.find((pipe) => pipe.why !== null)?.why ?? 'gone meanwhile';
    notes.push(note('plain', `fill of ${counted(fill.unread, 'pipe')} could not be read, such as: ${why}`));
  }
  if (unidentified > 0) {
    notes.push(
      note(
        'plain',
        `${counted(unidentified, 'descriptor')} of pipes or sockets without anything that tells which they are of`,
      ),
    );
  }
  return notes;
}

function pipeColumns(read: boolean, withRate: boolean): Column<PipeEntry>[] {
  const fill: Column<PipeEntry>[] = [
    share('full', (pipe) => pipe.share),
    amount('queued', ({ queued, capacity }) => (queued === null ? null : `${queued}/${capacity}`)),
  ];
  const speed: Column<PipeEntry>[] = [
    amount('rate', ({ rate }) => (rate === null ? null : `${bytesText(Math.round(rate))}/s`)),
    amount('full in', ({ fullIn }) => (fullIn === null ? null : durationText(fullIn))),
  ];
  return [
    ...(read ? fill : []),
    ...(withRate ? speed : []),
    label('state', stateText),
    named('pipe', ({ name, node }) => name ?? node),
    named(
      'written by',
      ({ ends, missing }) => holdersText(writersOf(ends)) ?? (missing === 'writer' ? 'nobody' : null),
    ),
    named('read by', ({ ends, missing }) => holdersText(readersOf(ends)) ?? (missing === 'reader' ? 'nobody' : null)),
  ];
}

function stateText({ state, alone, blocked, missing }: PipeEntry): string | null {
  const words = [
    state === 'full' || state === 'packets' ? state : state === 'high' ? 'nearly full' : null,
    blockedWriters(blocked).length > 0 ? `${counted(blockedWriters(blocked).length, 'writer')} blocked` : null,
    alone ? 'self-pipe' : null,
    missing === null ? null : `no ${missing}`,
  ].filter((word) => word !== null);
  return words.length === 0 ? null : words.join(', ');
}

function blockedIn({ sockets }: PairEntry): number {
  return sockets.flatMap(({ blocked }) => blockedWriters(blocked)).length;
}

function pairColumns(live: boolean): Column<PairEntry>[] {
  const end = (index: number, title: string): Column<PairEntry>[] => [
    named(title, ({ sockets }) => (sockets[index] ? (holdersText(sockets[index].ends) ?? sockets[index].name) : null)),
    ...(live ? [amount<PairEntry>('unread', ({ sockets }) => sockets[index]?.receive ?? null)] : []),
  ];
  return [
    label('state', (pair) => {
      const words = [
        blockedIn(pair) > 0 ? `${counted(blockedIn(pair), 'writer')} blocked` : null,
        pair.alone ? 'self-pair' : null,
      ].filter((word) => word !== null);
      return words.length === 0 ? null : words.join(', ');
    }),
    named(
      'socket',
      ({ sockets }) => sockets[0]?.name ?? sockets[1]?.name ?? sockets.map(({ node }) => node).join(' - '),
    ),
    ...end(0, 'one end'),
    ...end(1, 'other end'),
  ];
}

function queueColumns(): Column<QueueEntry>[] {
  return [
    figure('to send', ({ send }) => send),
    figure('unread', ({ receive }) => receive),
    label('state', ({ stalled, blocked, state }) =>
      [stalled ?? state, blocked.length > 0 ? 'writer blocked' : null].filter((word) => word !== null).join(', '),
    ),
    named('connection', ({ local, remote }) => `${local ?? '?'}->${remote ?? '?'}`),
    named('held by', ({ ends }) => holdersText(ends)),
  ];
}

function backlogColumns(): Column<BacklogEntry>[] {
  return [
    figure('waiting', ({ waiting }) => waiting),
    amount('of', ({ limit, ceiling }) => limit ?? (ceiling === null ? null : `at most ${ceiling}`)),
    named('listener', ({ local, node }) => local ?? node),
    named('held by', ({ ends }) => holdersText(ends)),
  ];
}
