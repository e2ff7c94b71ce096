/** In milliseconds: longer than a compiler needs for one function. */
const CALM = 100;

/**
 * Lets V8's compiler threads finish before a long-running command returns. A function that became hot a moment ago may still
 * be under compilation, and Node can wait for that thread at its exit while the thread waits for Node (nodejs/node issue
 * 54918, seen once in some hundred runs on a busy machine): then the program would never end. Idle, nothing new gets hot.
 */
export function calmExit(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, CALM));
}
