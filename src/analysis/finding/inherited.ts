import { cellText } from '../../model/classify.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { accessOf } from '../../model/fd-cell.ts';
import type { Finding } from '../../model/report.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { leaksofLine } from '../next-command.ts';
import { ProcessEntry } from '../process/process-entry.ts';
import { byText } from '../rank/rank-order.ts';
import { hasCell, hashCells } from '../row-bytes.ts';
import { eachRow } from '../run.ts';
import { aboutAll, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'inherited';
/** Processes that must hold it, before it is worth a word. */
const HOLDERS = 8;
/** A prefork server's children share its log files and channels by design. */
const FILES_INFO = 4;
const FILES_WARNING = 64;
/** Across exec, where only stdio is meant to survive, fewer are odd. */
const EXEC_FILES_INFO = 1;
const EXEC_FILES_WARNING = 16;
/** Standard streams are inherited by design; above, numbers low enough for a parent to have given them. */
const FIRST_NUMBER = 3;
const LAST_NUMBER = 255;
const TRACKED = 65_536;
const COMMANDS_KEPT = 5;
const HOLDERS_KEPT = 256;

const REGULAR = classCode('regular');
const INET = classCode('inet');
const UNIX = classCode('unix');
const PIPE = classCode('pipe');
const NETLINK = classCode('netlink');
const BY_INODE = [Cell.device, Cell.node, Cell.fd];
const BY_NAME = [Cell.name, Cell.fd];

/** An open file that at least two processes hold under the same number. */
interface Shared {
  readonly number: number;
  readonly name: string;
  /** Pids, as far as they are kept one by one. */
  readonly holders: Set<number>;
  /** Holders beyond those. */
  more: number;
  last: number;
  readonly commands: Set<string>;
}

export const inherited: FindingRule = {
  name: NAME,
  label: null,
  doc: 'The same pipe, socket or file opened for writing, under the same number, in 8 or more processes: it was inherited by fork. Between processes of one command that is how prefork servers share logs and channels, so only 4 such descriptors or more are mentioned (64: warning). Between different commands it survived an exec: close-on-exec is missing, one is worth a word (16: warning), because the file or peer stays open as long as any of them lives. Standard streams, listening sockets, devices and anonymous inodes are left out.',
  start: () => {
    // Most files have one holder: only its entry is kept until a second one comes.
    const files = new Map<number, ProcessEntry | Shared>();
    return {
      watch: eachRow([REGULAR, INET, UNIX, PIPE, NETLINK], (batch, row, entry, code, number) => {
        if (number < FIRST_NUMBER || number > LAST_NUMBER || !isTelling(batch, row, code)) return;
        // Names are no identity where there is a better one: lsof +E writes every holder's own peers into them.
        const known = hasCell(batch, row, Cell.node) || hasCell(batch, row, Cell.device);
        const key = hashCells(batch, row, known ? BY_INODE : BY_NAME);
        const file = files.get(key);
        if (file === undefined) {
          if (files.size < TRACKED) files.set(key, entry);
        } else if (file instanceof ProcessEntry) {
          if (file.pid !== entry.pid)
            files.set(key, sharedBy(file, entry, number, cellText(batch, row, Cell.name) ?? ''));
        } else {
          hold(file, entry);
        }
      }),
      find: (context) => judge([...files.values()].filter(isShared), context),
    };
  },
};

function isShared(file: ProcessEntry | Shared): file is Shared {
  return !(file instanceof ProcessEntry);
}

function sharedBy(first: ProcessEntry, second: ProcessEntry, number: number, name: string): Shared {
  const commands = [first.command, second.command].filter((command) => command !== null);
  return {
    number,
    name,
    holders: new Set([first.pid, second.pid]),
    more: 0,
    last: second.pid,
    commands: new Set(commands),
  };
}

/** A process that comes again (a paste that repeats itself) is one holder still. */
function hold(file: Shared, { pid, command }: ProcessEntry): void {
  if (pid === file.last || file.holders.has(pid)) return;
  file.last = pid;
  if (file.holders.size < HOLDERS_KEPT) file.holders.add(pid);
  else file.more++;
  if (command !== null && file.commands.size < COMMANDS_KEPT) file.commands.add(command);
}

function holdersOf({ holders, more }: Shared): number {
  return holders.size + more;
}

/** Whether equal identity and number prove a common origin: two programs that each open a file for reading prove nothing. */
function isTelling(batch: RowBatch, row: number, code: number): boolean {
  if (code === REGULAR) return isWritten(batch, row);
  const names = batch.text[Cell.name];
  const start = names ? (names.start[row] as number) : -1;
  if (!names || start < 0) return false;
  const end = names.end[row] as number;
  // `pipe:[123]` carries its own identity.
  if (!hasCell(batch, row, Cell.node) && !hasCell(batch, row, Cell.device) && batch.bytes[end - 1] !== 0x5d)
    return false;
  if (code === INET) return hasArrow(batch.bytes, start, end);
  if (code === UNIX) return /\(CONNECTED\)|^(?:type=|socket\b|->)/.test(cellText(batch, row, Cell.name) ?? '');
  return true;
}

function hasArrow(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end - 1; at++) if (bytes[at] === 0x2d && bytes[at + 1] === 0x3e) return true;
  return false;
}

function isWritten(batch: RowBatch, row: number): boolean {
  if (hasCell(batch, row, Cell.access)) {
    const access = accessOf(cellText(batch, row, Cell.access) ?? '');
    return access === 'w' || access === 'u';
  }
  const fds = batch.text[Cell.fd];
  if (!fds) return false;
  // Behind the number stands the mode, behind that the lock, which may be a `w` too.
  for (let at = fds.start[row] as number; at < (fds.end[row] as number); at++) {
    const byte = batch.bytes[at] as number;
    if (byte < 0x30 || byte > 0x39) return byte === 0x77 || byte === 0x75;
  }
  return false;
}

interface Group {
  readonly commands: readonly string[];
  files: number;
  processes: number;
  example: Shared;
}

function judge(files: readonly Shared[], { source }: FindingContext): Finding[] {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const holders = holdersOf(file);
    if (holders < HOLDERS) continue;
    const commands = [...file.commands].sort(byText);
    const key = commands.join('\n');
    const group = groups.get(key);
    if (!group) groups.set(key, { commands, files: 1, processes: holders, example: file });
    else {
      group.files++;
      group.processes = Math.max(group.processes, holders);
      if (isBefore(file, group.example)) group.example = file;
    }
  }
  return [...groups.values()].flatMap((group) => {
    const { commands, files: count, processes, example } = group;
    const execed = commands.length > 1;
    if (count < (execed ? EXEC_FILES_INFO : FILES_INFO)) return [];
    const who = execed
      ? `processes of ${commands.length === COMMANDS_KEPT ? 'at least ' : ''}${commands.length} commands (${commands.join(', ')})`
      : `${commands[0] ?? ''} processes`;
    const one = `descriptor ${example.number} (${example.name})`;
    const what = count === 1 ? one : `${count} descriptors, such as ${one}`;
    const meaning = execed
      ? 'it survived an exec, so close-on-exec (O_CLOEXEC, SOCK_CLOEXEC) is missing, and it stays open as long as any of them lives'
      : 'a prefork server shares some by design; if these are not meant for the children, close them after fork or set close-on-exec';
    return [
      aboutAll(NAME, count >= (execed ? EXEC_FILES_WARNING : FILES_WARNING) ? 'warning' : 'info', {
        message: `${processes} ${who} hold the same ${what}, inherited by fork: ${meaning}.`,
        evidence: { processes, files: count, commands, number: example.number, name: example.name, execed },
        target: example.name,
        next: [leaksofLine(source, 'names', '--exact')],
      }),
    ];
  });
}

/** The example does not depend on the order of rows. */
function isBefore(a: Shared, b: Shared): boolean {
  return a.holders !== b.holders
    ? a.holders > b.holders
    : a.number !== b.number
      ? a.number < b.number
      : a.name < b.name;
}
