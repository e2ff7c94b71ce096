/** From this many on the whole range is sorted instead. */
export const FEW = 256;

/** The `n` first integers of `[from, to)` in the given order, without sorting all of them. The order must be total. */
export function best(from: number, to: number, n: number, order: (a: number, b: number) => number): number[] {
  if (n >= FEW) {
    const all = Array.from({ length: to - from }, (_, i) => from + i).sort(order);
    return n < all.length ? all.slice(0, n) : all;
  }
  const found: number[] = [];
  for (let value = from; value < to; value++) {
    if (found.length === n && (n === 0 || order(value, found[n - 1] as number) >= 0)) continue;
    let low = 0;
    let high = found.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(found[middle] as number, value) <= 0) low = middle + 1;
      else high = middle;
    }
    found.splice(low, 0, value);
    if (found.length > n) found.pop();
  }
  return found;
}
