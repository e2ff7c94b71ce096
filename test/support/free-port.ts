import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that Linux gives to outgoing connections and to listeners that ask for any (ip_local_port_range, ip(7)). */
const FIRST = 12_000;
const LAST = 31_999;
/** Files of tests run side by side, each in a process of its own that is numbered from 1. */
const SHARES = 16;
const SHARE = Math.floor((LAST - FIRST + 1) / SHARES);

let next = process.pid % SHARE;

/**
 * A port of 127.0.0.1 that nobody listens on. No connection that another test makes takes it before its server does, as would
 * happen to one that the kernel had chosen, and no other file of tests is given it.
 */
export async function freePort(): Promise<number> {
  const share = Number(process.env.VITEST_POOL_ID ?? 0) % SHARES;
  for (let tried = 0; tried < SHARE; tried++) {
    const port = FIRST + share * SHARE + (next++ % SHARE);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
