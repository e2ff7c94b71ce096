/** What may stand in a cell of lsof's text output, judged on bytes (lsof(8), OUTPUT; lib/proc.c and lib/print.c of lsof). */

const TYPES = (
  'REG DIR CHR BLK FIFO LINK IPv4 IPv6 unix sock netlink pack raw raw6 icmp a_inode PSXMQ PSXSEM PSXSHM PIPE KQUEUE ' +
  'FSEVENTS systm ndrv NPOLICY vsock vsockp ax25 inet lla rte x.25 ATALK key ppp ipx sctp SCTP DEL DOOR EVENTFD PROCDSC ' +
  'MPB MPC UNKN UNKNdel UNKNmem UNKNfd UNKNcwd UNKNrtd UNKNtxt unknown PORT SHM PTS SMT STR STSO XNAM XSEM XSD UNSP ' +
  'VNON VREG VDIR VBLK VCHR VLNK VSOCK SOCK VBAD VMPC VFIFO VDOOR VPORT VUNNAMED UNNM ' +
  'PAS PAXV PCRE PCTL PCUR PCWD PDIR PETY PFD PFDR PFIL PFPR PGD PGID PLC PLDR PLDT PLPI PLST PLU PLWG PLWI PLWS PLWU ' +
  'PLWX PMAP PMPS PMEM PNTF POBJ PODR POLP POPF POPG PREG PRMP PRTD PSGA PSIN PSTA PUSG PW PXMP ' +
  'CHAN CHANNEL NEXUS NETPOLICY AF_UNIX GDIR GREG VLOCK CTFS OBJF SDEV DEV CTFSDIR SKT MSGQ'
).split(' ');

/** TYPE names that only make sense beside an address or a socket's own number in DEVICE. */
const NUMBERED_DEVICE = new Set(['IPv4', 'IPv6', 'pack', 'sock', 'inet', 'icmp', 'sctp', 'unix']);
/** TYPE names after which DEVICE, SIZE/OFF and NODE are blank. */
const BARE = new Set(['unknown', 'KQUEUE', 'NPOLICY', 'NETPOLICY', 'NEXUS', 'CHAN', 'CHANNEL']);
/** TYPE names that have a SIZE/OFF and no NODE (macOS, BSD). */
const NODELESS = new Set(['PIPE', 'PSXSHM', 'PSXSEM', 'systm', 'ndrv', 'rte', 'key']);
/** TYPE names that are addresses, NODE their protocol. */
const INET = new Set(['IPv4', 'IPv6', 'inet']);
/** TYPE names whose NODE and even NAME may be blank. */
const NAMELESS = new Set(
  'PIPE unix sock STR KQUEUE FSEVENTS NPOLICY NETPOLICY NEXUS CHAN CHANNEL SHM PSXSHM PSXSEM DOOR'.split(' '),
);

export const TypeTrait = {
  known: 1,
  numberedDevice: 2,
  bare: 4,
  nameless: 8,
  nodeless: 16,
  inet: 32,
  protocol: 64,
} as const;

const types = new Map<string, number>();
for (const name of TYPES) {
  types.set(
    name,
    TypeTrait.known |
      (NUMBERED_DEVICE.has(name) ? TypeTrait.numberedDevice : 0) |
      (BARE.has(name) || name.startsWith('UNKN') ? TypeTrait.bare : 0) |
      (NAMELESS.has(name) ? TypeTrait.nameless : 0) |
      (NODELESS.has(name) ? TypeTrait.nodeless : 0) |
      (INET.has(name) ? TypeTrait.inet : 0) |
      (INET.has(name) || name === 'pack' ? TypeTrait.protocol : 0),
  );
}

const PROTOCOLS = new Set(
  (
    'TCP UDP UDPLITE ICMP ICMPV6 IGMP IP IPV6 RAW SCTP DCCP IPIP EGP PUP IDP RSVP GRE ESP AH MTP ENCAP COMP L2TP MPTCP ' +
    'ALL LOOP ARP RARP AARP AX25 X25 DDCMP DEC LAT SCA DIAG CUST 802.1Q IPX PPPOE_DISC PPPOE_SES ETH AX.25 SNAP PAUSE SLOW ' +
    'MPLS_UC MPLS_MC BPQ TR_802.2 PPP_MP LOCALTALK CONTROL IRDA ECONET IEPUP ATMMPOA ATMFATE 802.3 802.2 TR80221 EAPOL'
  ).split(' '),
);

function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** Traits of a TYPE cell (`TypeTrait`), 0 if the cell is no TYPE that lsof prints. */
export function typeTraits(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 2 || length > 9) return 0;
  const text = textOf(bytes, start, end);
  const traits = types.get(text);
  if (traits !== undefined) return traits;
  // An unset type prints as four octal digits.
  return length === 4 && /^[0-7]{4}$/.test(text) ? TypeTrait.known : 0;
}

export function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** Whether the cell is all decimal digits. */
export function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end) return false;
  for (let at = start; at < end; at++) if (!isDigit(bytes[at])) return false;
  return true;
}

/** A pid: up to ten digits that fit 31 bits, or -1. */
export function pidOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 10 || !isNumber(bytes, start, end)) return -1;
  let pid = 0;
  for (let at = start; at < end; at++) pid = pid * 10 + bytes[at] - 48;
  return pid <= 0x7fffffff ? pid : -1;
}

const FD =
  /^(\d{1,7}|\*\d{3}|cwd|rtd|txt|mem|DEL|mmap|pd|ltx|ctty|err|jld|twd|fp\.|v86|m86|unk|NOFD|L\d\d|M[0-9a-f]{2}|R\d\d)(?:[-rwu][rRwWuUNxX]?)?$/;

/** Where the label (number or association) of an FD cell ends and mode and lock begin, or -1 if the token is no FD cell. */
export function fdLabelEnd(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1 || length > 9) return -1;
  const label = FD.exec(textOf(bytes, start, end))?.[1];
  return label === undefined ? -1 : start + label.length;
}

export function isNoFd(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 4 && textOf(bytes, start, end) === 'NOFD';
}

export function isDel(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 3 && textOf(bytes, start, end) === 'DEL';
}

/** `8,1`, or a kernel address. */
export function isDevicePair(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 32 && /^(?:\d+,\d+|0x[0-9a-fA-F]+)$/.test(textOf(bytes, start, end));
}

/** `0t12` or a hexadecimal offset: told by its first two bytes. */
export function isOffset(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 2 && bytes[start] === 48 && (bytes[start + 1] === 116 || bytes[start + 1] === 120);
}

/** A size in bytes, or in human units (`-H`: `4.0K`). */
export function isSize(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 24 && /^(?:\d+|\d+(?:\.\d+)?[BKMGTPEZY])$/.test(textOf(bytes, start, end));
}

/** A protocol name as NODE of a socket. */
export function isProtocol(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 1 || length > 10) return false;
  const text = textOf(bytes, start, end);
  return PROTOCOLS.has(text) || /^\*?\d+\?$/.test(text);
}

/** FILE-FLAG names (`W,AP,LG;CX`) or hexadecimal pair (`0x8001;0x0`). */
export function isFileFlag(bytes: Uint8Array, start: number, end: number): boolean {
  return /^(?:0x[0-9a-f]+(?:;0x[0-9a-f]+)?|[A-Z][A-Z0-9]*(?:,[A-Z][A-Z0-9]*)*(?:,0x[0-9a-f]+)?(?:;[A-Z0-9,x]*)?|;[A-Z0-9,]+)$/.test(
    textOf(bytes, start, end),
  );
}

export function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 2 && /^0x[0-9a-fA-F]+$/.test(textOf(bytes, start, end));
}

/** A word that may be part of a USER of several words: no number, no path, no address. */
export function isUserWord(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 64 && !/^\d+$|[/:;=(){}<>|]|->/.test(textOf(bytes, start, end));
}

/** Whether NAME may begin with the word: not with a bare number, a device pair, an offset or a file flag. */
export function isNameWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 40) return true;
  const text = textOf(bytes, start, end);
  return !/^(?:\.{3}|\xe2\x80\xa6|\d+|\d+,\d.*|\d+,|,\d+|0t\d*|0x[0-9a-fA-F]*(?:;.*)?|\d+(?:\.\d+)?[BKMGTPEZY])$/.test(
    text,
  );
}

/** A word that a line number with its colon may be the front of. */
export function isNumberedWord(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  return at > start && at + 1 < end && (bytes[at] === 58 || bytes[at] === 45);
}

/** `...` or `…` where cells were taken out. */
export function isElision(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 3 && /^(?:\.{3}|\xe2\x80\xa6)$/.test(textOf(bytes, start, end));
}

/** What people put in the place of a cell. */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start <= 24 &&
    /^(?:\*+|(?:0x[0-9a-f]*)?(?:\.{3}|\xe2\x80\xa6)|<[^>]*>|[xX]{2,}|#+|\?+|-)$/.test(textOf(bytes, start, end))
  );
}
