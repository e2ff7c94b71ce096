import { cellText } from '../../model/classify.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import type { DescriptorClass } from '../../model/descriptor-class.ts';
import { type OpenFile, openFile } from '../../model/open-file.ts';
import { Cell, type CellName, Num, type RowBatch } from '../../model/row-batch.ts';
import { RowWriter } from '../../model/row-writer.ts';
import { redactEndpoint } from './redact-address.ts';
import { redactPath } from './redact-path.ts';
import type { Redactor } from './redactor.ts';

/** Classes whose names are the kernel's own words and ids: the word is the class. */
const KERNEL_CLASSES: ReadonlySet<DescriptorClass> = new Set([
  'eventfd',
  'epoll',
  'timerfd',
  'inotify',
  'signalfd',
  'pidfd',
]);

/** Names that say nothing but what it is. */
const KERNEL_NAME =
  /^(?:pipe(?::\[\d+\])?|socket(?::\[\d+\])?|protocol: [A-Z][\w-]{0,15}|can't identify protocol|(?:anon_inode:)?\[(?:io_uring|userfaultfd|perf_event|fanotify|bpf-map|bpf-prog|bpf_link|kvm-\w+)\]|[A-Z][A-Z_]{2,15})$/;

/** Cells that hold no names, and what they may look like; anything else in them is left out. */
const PLAIN_CELLS: readonly (readonly [CellName, RegExp])[] = [
  ['tid', /^\s*\d*\s*$/],
  ['ppid', /^\s*\d*\s*$/],
  ['pgid', /^\s*\d*\s*$/],
  ['uid', /^\s*0\s*$/],
  ['fd', /^[\w*?\- ]{1,10}$/],
  ['type', /^[\w-]{1,16}$/],
  ['device', /^(?:\d{1,20}|0x[\da-f]{1,20}|\d+[,:]\d+)$/i],
  ['size', /^[\dtxa-f.,KMGTPEZYB ]{1,24}$/i],
  ['offset', /^[\dtxa-f]{1,24}$/i],
  ['links', /^\d{1,20}$/],
  ['node', /^(?:\d{1,20}|[A-Z][\w-]{1,11})$/],
  ['flags', /^[\w,;| -]{1,64}$/],
  ['access', /^[\w -]{1,12}$/],
  ['lock', /^[\w -]{1,8}$/],
];

/** Passes rows on with tokens for names: the class, the counts, the state and the shape of every pattern stay. */
export function redactRows(redactor: Redactor, next: RowConsumer): RowConsumer {
  const writer = new RowWriter({
    listing: (start) => next.listing(start),
    rows: (batch) => next.rows(batch),
    process: (fact) => next.process(fact),
  });
  return {
    listing: ({ index, line, time }) => writer.listing(index, line, null, time ?? null),
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) redactRow(batch, row, redactor, writer);
      // Facts that follow may be about these rows' processes.
      writer.flush();
    },
    process: (fact) => next.process(redactor.fact(fact)),
  };
}

function redactRow(batch: RowBatch, row: number, redactor: Redactor, writer: RowWriter): void {
  const { tokens } = redactor;
  const file = openFile(batch, row);
  const number = (column: number): number => (batch.numbers[column] as Int32Array)[row] as number;
  writer.begin(number(Num.line), number(Num.pid));
  writer.class(file.class);
  if (file.deleted !== null) writer.deleted(file.deleted);
  if (file.command !== null) writer.text(Cell.command, redactor.label(file.command));
  if (file.user !== null) writer.text(Cell.user, redactor.user(file.user));
  if (file.task !== null) writer.text(Cell.task, redactor.label(file.task));
  for (const [name, shape] of PLAIN_CELLS) {
    const text = cellText(batch, row, Cell[name]);
    if (text !== null && shape.test(text)) writer.text(Cell[name], text);
  }
  const cells: readonly (readonly [CellName, string | null])[] = [
    ['state', file.state],
    ['protocol', file.protocol],
    ['local', file.local === null ? null : redactEndpoint(file.local, tokens)],
    ['remote', file.remote === null ? null : redactEndpoint(file.remote, tokens)],
  ];
  for (const [name, text] of cells) if (text !== null && /^[^\s]{1,80}$/.test(text)) writer.text(Cell[name], text);
  const target = redactTarget(file, redactor);
  if (target !== null) {
    writer.text(Cell.name, target);
    writer.text(Cell.target, target);
  }
  writer.end();
}

function redactTarget(file: OpenFile, { tokens }: Redactor): string | null {
  const { target, local, remote } = file;
  if (KERNEL_CLASSES.has(file.class)) return `[${file.class}]`;
  if (target === null) return null;
  if (local !== null) {
    const peer = remote === null ? '' : `->${redactEndpoint(remote, tokens)}`;
    return `${redactEndpoint(local, tokens)}${peer}`;
  }
  if (target.startsWith('/')) return redactPath(target, tokens);
  if (KERNEL_NAME.test(target)) return target;
  if (target.startsWith('@')) return `@${redactPath(target.slice(1), tokens)}`;
  return redactPath(target, tokens);
}
