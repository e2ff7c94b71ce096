// Makes dumps as `lsof -nP` 4.95 prints them, of any size, at the speed of the disk: rows have a fixed width, and only
// the digits that differ from process to process are written anew.
import { closeSync, openSync, writeSync } from 'node:fs';

/** Rows of one process, as many as leak in earnest. */
const ROWS_PER_PROCESS = 20_000;
/** Rows at the start of a process that are no descriptors: cwd, rtd, txt and four mapped files. */
const ASSOCIATED = 7;

const HEADER = 'COMMAND       PID     USER   FD      TYPE             DEVICE SIZE/OFF       NODE NAME\n';
const COMMANDS = ['nginx', 'java', 'postgres', 'uwsgi', 'node', 'python3', 'redis', 'ruby'];
const USERS = ['www-data', 'tomcat', 'postgres', 'app', 'deploy'];
const PID_AT = 10;
const PID_DIGITS = 7;
const UNIQUE_DIGITS = 12;

/** TYPE, DEVICE, SIZE/OFF, NODE and NAME by turns: two thirds regular files, the rest sockets, pipes, eventfds. */
const KINDS = [
  ['REG', '253,1', '48211', '1310738', (at) => `/srv/app/static/images/cat-${at % 40}.jpg`],
  ['REG', '253,1', '0', '1310988', (at) => `/var/lib/app/upload/${at % 25}/body.bin`],
  [
    'IPv4',
    '918273',
    '0t0',
    'TCP',
    (at) => `10.0.${at % 200}.7:8080->10.1.2.${at % 250}:${40000 + (at % 20000)} (ESTABLISHED)`,
  ],
  ['REG', '253,1', '733', '1311002', (at) => `/var/log/app/worker-${at % 12}.log`],
  ['FIFO', '0,13', '0t0', '775533', () => 'pipe'],
  ['REG', '253,1', '92233', '1311412', (at) => `/usr/share/app/locale/${at % 60}/LC_MESSAGES/app.mo`],
  ['unix', '0xffff8881124c8800', '0t0', '882211', (at) => `/run/app/worker-${at % 30}.sock type=STREAM (CONNECTED)`],
  ['REG', '253,1', '16384', '1311980', (at) => `/srv/app/cache/page-${at % 50}.db`],
  ['a_inode', '0,14', '0', '12605', () => '[eventpoll]'],
];

/** FD cell as lsof 4.95 prints it: four digits, a star and three above 9999, mode and lock. */
function fdCell(number) {
  const label = number < 10_000 ? `${number}` : `*${`${number}`.slice(-3)}`;
  return `${label.padStart(4)}u `;
}

function row(command, user, fd, [type, device, size, node], name) {
  return `${command.padEnd(9)} ${'0'.repeat(PID_DIGITS)} ${user.padStart(8)} ${fd} ${type.padStart(7)} ${device.padStart(18)} ${size.padStart(8)} ${node.padStart(10)} ${name}\n`;
}

/** The rows of one process, and where in them pid and unique digits have to be written. */
function block(command, user, unique) {
  const pids = [];
  const marks = [];
  let text = '';
  for (let at = 0; at < ROWS_PER_PROCESS; at++) {
    pids.push(text.length + PID_AT);
    if (at < ASSOCIATED) {
      const fd = `${['cwd', 'rtd', 'txt', 'mem'][Math.min(at, 3)].padStart(4)}  `;
      const type = at < 2 ? 'DIR' : 'REG';
      text += row(command, user, fd, [type, '253,1', '4096', '131072'], `/usr/lib/app/${at}`);
    } else if (unique) {
      const line = row(
        command,
        user,
        fdCell(at - ASSOCIATED),
        KINDS[0],
        `/srv/app/upload/${'0'.repeat(UNIQUE_DIGITS)}.part`,
      );
      marks.push(text.length + line.length - '.part\n'.length - UNIQUE_DIGITS);
      text += line;
    } else {
      const kind = KINDS[at % KINDS.length];
      text += row(command, user, fdCell(at - ASSOCIATED), kind, kind[4](at));
    }
  }
  return { bytes: Buffer.from(text, 'latin1'), pids, marks };
}

function writeDigits(bytes, at, digits, number, pad) {
  let rest = number;
  for (let place = at + digits - 1; place >= at; place--) {
    bytes[place] = rest > 0 || place === at + digits - 1 ? 48 + (rest % 10) : pad;
    rest = Math.floor(rest / 10);
  }
}

/**
 * Writes a dump of at least `size` bytes.
 *
 * @param unique whether every name occurs once, or the same few hundred over and over
 * @returns what a right answer must contain: `processes`, `rows`, `descriptors`, and the `bytes` written
 */
export function writeDump(path, size, unique) {
  const blocks = COMMANDS.map((command, index) => block(command, USERS[index % USERS.length], unique));
  const file = openSync(path, 'w');
  let written = writeSync(file, HEADER);
  let processes = 0;
  let mark = 0;
  while (written < size) {
    const { bytes, pids, marks } = blocks[processes % blocks.length];
    for (const at of pids) writeDigits(bytes, at, PID_DIGITS, 1000 + processes, 32);
    // A stride that walks all of 10^12 numbers, so that neighbours share no prefix.
    for (const at of marks) writeDigits(bytes, at, UNIQUE_DIGITS, (++mark * 618_033_989) % 1e12, 48);
    written += writeSync(file, bytes);
    processes++;
  }
  closeSync(file);
  const rows = processes * ROWS_PER_PROCESS;
  return { bytes: written, processes, rows, descriptors: rows - processes * ASSOCIATED };
}
