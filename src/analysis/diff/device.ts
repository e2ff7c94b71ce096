/**
 * Majors and minors that a device cell can mean: `254,0` (lsof's text), `254:0` (lsfd), `0xfe00` and `65024` (st_dev); none
 * for a device's name (lsfd's SOURCE).
 */
function readings(cell: string): readonly string[] {
  const pair = /^(\d+)[,:](\d+)$/.exec(cell);
  if (pair) return [`${Number(pair[1])},${Number(pair[2])}`];
  if (!/^(?:0x[\da-f]{1,16}|\d{1,20})$/i.test(cell)) return [];
  const number = BigInt(cell);
  // makedev(3) of glibc, of 32-bit BSDs and macOS (8 + 24 bits), and of Solaris (32 + 32 bits).
  const linux = [
    ((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n),
    (number & 0xffn) | ((number >> 12n) & 0xffffff00n),
  ];
  const bsd = [number >> 24n, number & 0xffffffn];
  const wide = [number >> 32n, number & 0xffffffffn];
  return [linux, bsd, wide].map((parts) => parts.join(','));
}

/** Whether two device cells, as two listers print them, can be of one device. What one does not say speaks for nothing. */
export function sameDevice(first: string | null, second: string | null): boolean {
  if (first === null || second === null || first === second) return true;
  const one = readings(first);
  const other = readings(second);
  // The name of a device and its number cannot be compared; two names can.
  if ((one.length === 0) !== (other.length === 0)) return true;
  return one.some((reading) => other.includes(reading));
}
