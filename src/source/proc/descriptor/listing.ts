import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** Numbers of the descriptors in a folder `PID/fd`, ascending. Throws what readdir(3) says. */
export function listDescriptors(folder: string): Int32Array {
  return ascending(readdirSync(`${folder}/fd`, 'latin1'));
}

/** The same while this thread goes on. */
export async function listDescriptorsAside(folder: string): Promise<Int32Array> {
  return ascending(await readdir(`${folder}/fd`, 'latin1'));
}

function ascending(entries: readonly string[]): Int32Array {
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
