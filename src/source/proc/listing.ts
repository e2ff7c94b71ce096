import { readdirSync } from 'node:fs';

/** Numbers of the descriptors in a folder `PID/fd`, ascending. Throws what readdir(3) says. */
export function listDescriptors(folder: string): Int32Array {
  const entries = readdirSync(`${folder}/fd`, 'latin1');
  const numbers = new Int32Array(entries.length);
  for (let i = 0; i < entries.length; i++) numbers[i] = Number(entries[i]);
  return numbers.sort();
}

/** How many of these ascending numbers are at or above a limit. */
export function countFrom(numbers: Int32Array, limit: number): number {
  let above = 0;
  for (let i = numbers.length - 1; i >= 0 && (numbers[i] as number) >= limit; i--) above++;
  return above;
}
