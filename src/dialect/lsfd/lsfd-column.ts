/** What a column's cells look like; a layout is believed only as long as its cells have these forms. */
type LsfdForm = 'number' | 'association' | 'mode' | 'word' | 'text';

export interface LsfdColumn {
  readonly name: string;
  readonly form: LsfdForm;
  /** libsmartcols aligns text on the left, all else on the right (lsfd-cmd/lsfd.c, `infos`). */
  readonly left: boolean;
  /** A cell of several lines: its further lines stand alone below the row. */
  readonly wraps: boolean;
}

const NUMBERS =
  'PID TID UID FUID FD INODE MNTID SIZE POS NLINK MAPLEN KTHREAD DELETED SOCK.LISTENING SOCK.NETNS EVENTFD.ID ' +
  'PIDFD.PID UNIX.IPEER TCP.LPORT TCP.RPORT UDP.LPORT UDP.RPORT UDPLITE.LPORT UDPLITE.RPORT PING.ID RAW.PROTOCOL.RAW ' +
  'PACKET.PROTOCOL.RAW NETLINK.GROUPS NETLINK.LPORT PTMX.TTY-INDEX TUN.DEVNETNS BPF-LINK.ID BPF-LINK.TYPE.RAW ' +
  'BPF-LINK.PROG-ID BPF-MAP.ID BPF-MAP.TYPE.RAW BPF-PROG.ID BPF-PROG.TYPE.RAW';

const WORDS =
  'TYPE STTYPE SOURCE PARTITION DEV RDEV MAJ:MIN DEVTYPE BLKDRV CHRDRV MISCDEV FLAGS AINODECLASS PROTONAME ' +
  'SOCK.PROTONAME SOCK.STATE SOCK.TYPE SOCK.SHUTDOWN INET.LADDR INET.RADDR INET6.LADDR INET6.RADDR TCP.LADDR TCP.RADDR ' +
  'UDP.LADDR UDP.RADDR UDPLITE.LADDR UDPLITE.RADDR VSOCK.LADDR VSOCK.RADDR VSOCK.LCID VSOCK.RCID VSOCK.LPORT VSOCK.RPORT ' +
  'NETLINK.PROTOCOL PACKET.IFACE PACKET.PROTOCOL RAW.PROTOCOL NS.NAME NS.TYPE SIGNALFD.MASK TIMERFD.CLOCKID ' +
  'TIMERFD.INTERVAL TIMERFD.REMAINING TUN.IFACE BPF-LINK.TYPE BPF-MAP.TYPE BPF-PROG.TAG BPF-PROG.TYPE ' +
  'IO-URING.CQ-HEAD IO-URING.CQ-MASK IO-URING.CQ-TAIL IO-URING.CQES IO-URING.NAPI IO-URING.SQ-HEAD IO-URING.SQ-MASK ' +
  'IO-URING.SQ-TAIL IO-URING.SQES IO-URING.SQTHREAD IO-URING.SQTHREAD-CPU IO-URING.USER-BUFS IO-URING.USER-FILES';

const LEFT = 'COMMAND NAME KNAME UNIX.PATH PIDFD.COMM PIDFD.NSPID';
const WRAPPED = 'ENDPOINTS EVENTPOLL.TFDS INOTIFY.INODES INOTIFY.INODES.RAW';
const RIGHT_TEXT = 'USER OWNER BPF.NAME';

function columns(names: string, form: LsfdForm, left = false, wraps = false): LsfdColumn[] {
  return names.split(' ').map((name) => ({ name, form, left, wraps }));
}

/** The columns of lsfd(1), 2.38 to 2.42; a column's number is its place here. */
export const LSFD_COLUMNS: readonly LsfdColumn[] = [
  ...columns('ASSOC', 'association'),
  ...columns('MODE XMODE', 'mode'),
  ...columns(NUMBERS, 'number'),
  ...columns(WORDS, 'word'),
  ...columns(RIGHT_TEXT, 'text'),
  ...columns(LEFT, 'text', true),
  ...columns(WRAPPED, 'text', true, true),
];

const BY_NAME = new Map(LSFD_COLUMNS.map((column, index) => [column.name, index]));

/** Number of a column by its title, or -1. */
export function lsfdColumn(title: string): number {
  return BY_NAME.get(title) ?? -1;
}

const ASSOCIATION = /^(?:\d+|exe|cwd|rtd|root|mem|shm|pidfs|cgroup|ipc|mnt|net|pid|pid4c|time|time4c|user|uts)$/;
const MODE = /^[r?-][w?-][x?-](?:[D?-][Ll?-][m?-])?$/;

/** Whether a cell can stand in a column. Cells that do not apply to a row are blank, but never those that name it. */
export function fitsLsfdColumn(column: LsfdColumn, cell: string): boolean {
  switch (column.form) {
    case 'association':
      return ASSOCIATION.test(cell);
    case 'mode':
      return MODE.test(cell);
    case 'number':
      return cell === '' ? column.name !== 'PID' && column.name !== 'TID' : /^-?\d+$/.test(cell);
    case 'word':
      return !cell.includes(' ');
    default:
      return true;
  }
}
