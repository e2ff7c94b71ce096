import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { CouldNotTellError } from '../../model/error.ts';
import type { RequestPlan } from '../load/request-plan.ts';

/** For one attempt to connect, ms. */
const CONNECT_MS = 3000;

/** A connection that was made to find out where the service is. */
export interface FirstConnection {
  /** The one address that all requests go to. */
  readonly address: string;
  readonly socket: Socket;
}

/**
 * Connects to the first of the host's addresses that answers, as browsers do: a name such as localhost can stand for two, and
 * a service may listen on one of them only.
 *
 * @throws CouldNotTellError if none answers
 */
export async function firstConnection(
  { port, url }: RequestPlan,
  addresses: readonly string[],
): Promise<FirstConnection> {
  const tried: string[] = [];
  for (const address of addresses) {
    try {
      return { address, socket: await connected(address, port) };
    } catch (error) {
      tried.push(`${address} port ${port}: ${(error as NodeJS.ErrnoException).code ?? 'no answer'}`);
    }
  }
  throw new CouldNotTellError(
    `${url}: nothing answers (${tried.join('; ')}).`,
    'is the service running, and on that port? leaksof names --class inet --live',
  );
}

/** @throws CouldNotTellError if the name has no address */
export async function addressesOf({ host, url }: RequestPlan): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'failed';
    throw new CouldNotTellError(`${url}: the name ${host} has no address (${code}).`, null, { cause: error });
  }
}

function connected(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      CONNECT_MS,
    );
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      // What the other side does with a connection that is only looked at is no concern.
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
