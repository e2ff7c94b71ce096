import { readPaste } from './damage/read.ts';
import { judged } from './lsof-text-support.ts';

/** A small listing. */
export const HEADER = 'COMMAND    PID  USER   FD      TYPE DEVICE SIZE/OFF  NODE NAME';
export const ROWS = [
  'gauged    4711 meter   18u     IPv4  83113      0t0   TCP 192.0.2.5:41000->192.0.2.9:53 (ESTABLISHED)',
  'gauged    4711 meter   19r      REG    8,1     4096  7712 /srv/meter/log',
  'gauged    4711 meter   20w     FIFO   0,13      0t0 99871 pipe',
  'dial       977  dial    6u  a_inode   0,14        0  1030 [eventpoll]',
];
/** What the rows say, as `judged` has it. */
export const SPOKEN = [
  'gauged|4711|meter|18u|IPv4|192.0.2.5:41000->192.0.2.9:53 (ESTABLISHED)',
  'gauged|4711|meter|19r|REG|/srv/meter/log',
  'gauged|4711|meter|20w|FIFO|pipe',
  'dial|977|dial|6u|a_inode|[eventpoll]',
];

/** The rows that a paste of lines is read as, their line numbers, and the lines not understood. */
export async function read(
  ...lines: readonly string[]
): Promise<{ rows: string[]; numbers: number[]; left: number[] }> {
  const { rows, result } = await readPaste(Buffer.from(`${lines.join('\n')}\n`));
  const spoken = rows.map(({ line, pid, cells }) => judged({ line, listing: 0, pid, ...cells }).join('|'));
  return { rows: spoken, numbers: rows.map(({ line }) => line), left: result.lines.unplaced.map(({ line }) => line) };
}
