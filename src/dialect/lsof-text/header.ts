import { Cell } from '../../model/row-batch.ts';
import { type Column, type Layout, layoutOf } from './layout.ts';

interface Title {
  readonly cell: number;
  readonly left?: boolean;
  readonly role?: Column['role'];
}

/** lsof's column titles in their fixed order (lib/common.h of lsof); `cell: -1` is read past. */
const TITLES = new Map<string, Title>([
  ['COMMAND', { cell: Cell.command, left: true, role: 'command' }],
  ['PID', { cell: -1, role: 'pid' }],
  ['TID', { cell: Cell.tid, role: 'tid' }],
  ['TASKCMD', { cell: Cell.task, left: true, role: 'task' }],
  ['ZONE', { cell: -1, left: true, role: 'label' }],
  ['SECURITY-CONTEXT', { cell: -1, left: true, role: 'label' }],
  ['PPID', { cell: Cell.ppid, role: 'number' }],
  ['PGID', { cell: Cell.pgid, role: 'number' }],
  ['PGRP', { cell: Cell.pgid, role: 'number' }],
  ['USER', { cell: Cell.user, role: 'user' }],
  ['FD', { cell: Cell.fd, role: 'fd' }],
  ['TYPE', { cell: Cell.type, role: 'type' }],
  ['FILE-ADDR', { cell: -1, role: 'address' }],
  ['FCT', { cell: -1, role: 'count' }],
  ['FILE-FLAG', { cell: Cell.flags, role: 'flags' }],
  ['NODE-ID', { cell: -1, role: 'address' }],
  ['INODE-ADDR', { cell: -1, role: 'address' }],
  ['DEVICE', { cell: Cell.device, role: 'device' }],
  ['SIZE/OFF', { cell: Cell.size, role: 'size' }],
  ['SIZE', { cell: Cell.size, role: 'size' }],
  ['OFFSET', { cell: Cell.offset, role: 'offset' }],
  ['NLINK', { cell: Cell.links, role: 'links' }],
  ['NODE', { cell: Cell.node, role: 'node' }],
  ['INODE', { cell: Cell.node, role: 'node' }],
  ['NAME', { cell: Cell.name, left: true, role: 'name' }],
]);
const ORDER = [...TITLES.keys()];

/** Least number of blanks between the titles FD and TYPE where nothing was collapsed: FD leaves two slots and a separator. */
const FD_GAP = 3;

export interface Header {
  readonly layout: Layout;
  /** Bytes in front of COMMAND: `# `, `> `, an indent, or something that only the header has (`Output: `). */
  readonly lead: number;
  /** The header's own spacing says nothing of the columns: blanks were collapsed or tabs stand in it. */
  readonly collapsed: boolean;
  /** It ends in NAME. */
  readonly complete: boolean;
  /** The titles, joined: equal for two cycles of one lsof. */
  readonly titles: string;
}

/** `...` where somebody took columns out. */
function isElision(text: string): boolean {
  return /^(?:\.{2,}|…|\[\.\.\.\])$/.test(text);
}

/** A row's number behind NAME: lines of a listing that ran together are no header. */
const ROW_BEHIND = /\s\d+(?:\s|$)/;

/**
 * Reads lsof's header out of a line (Latin-1 text, so that positions are bytes), or null. Titles count in either case: pages
 * that fold the names of commands fold COMMAND and TYPE with them.
 * `partial` accepts a line that ends in the middle of the titles: the first part of a wrapped header.
 */
export function parseHeader(line: string, partial = false): Header | null {
  const origin = line.search(/(?<![A-Za-z])COMMAND[ \t]+PID\b/i);
  if (origin < 0 || origin > 200) return null;
  const columns: Column[] = [];
  const names: string[] = [];
  let last = -1;
  let elided = false;
  let complete = false;
  const token = /\S+/g;
  token.lastIndex = origin;
  for (let match = token.exec(line); match; match = token.exec(line)) {
    const text = match[0].toUpperCase();
    if (isElision(text)) {
      elided = true;
      continue;
    }
    const order = ORDER.indexOf(text);
    const title = TITLES.get(text);
    const start = match.index - origin;
    if (!title || order <= last) {
      if (complete && ROW_BEHIND.test(line.slice(match.index))) return null;
      if (complete) break;
      if (
        !(partial && match.index + text.length >= line.trimEnd().length && ORDER.some((name) => name.startsWith(text)))
      )
        return null;
      break;
    }
    last = order;
    names.push(text);
    const edge = title.left ? start : start + text.length;
    columns.push({ cell: title.cell, role: title.role ?? 'number', at: text === 'FD' ? edge + 2 : edge });
    if (text === 'NAME') complete = true;
  }
  if (!partial && !complete && !(names.includes('FD') && names.includes('TYPE'))) return null;
  if (!names.includes('FD') && !partial) return null;
  const body = line.slice(origin);
  const gap = /FD([ \t]*)TYPE/i.exec(body)?.[1] ?? '   ';
  const collapsed = elided || body.includes('\t') || gap.length < FD_GAP;
  return { layout: layoutOf(columns, complete, elided), lead: origin, collapsed, complete, titles: names.join(' ') };
}
