import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { UsageError } from '../../model/error.ts';

/** An address of this machine. */
export interface HealthAddress {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
}

/** What /healthz says. */
export interface HealthState {
  readonly healthy: boolean;
  /** The answer, as JSON text. */
  readonly body: string;
}

export interface HealthServer {
  /** Where it listens: `http://127.0.0.1:8099/healthz`. */
  readonly url: string;
  close(): Promise<void>;
}

const PATH = '/healthz';
/** Whoever asks says it at once, ms. */
const REQUEST_MS = 5000;
const CONNECTIONS = 32;

/**
 * `127.0.0.1:8099` or `[::1]:8099`. The address is never left out: who can ask is decided by whoever starts it.
 *
 * @throws UsageError for anything else
 */
export function healthAddress(text: string): HealthAddress {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const known = host !== undefined && (isIP(host) !== 0 || host === 'localhost');
  if (!known || Number(port) > 65_535) {
    throw new UsageError(`--health ${text}: wants an address and a port.`, '--health 127.0.0.1:8099');
  }
  return { host, port: Number(port) };
}

/**
 * Answers GET and HEAD of /healthz with 200 or 503.
 *
 * @throws UsageError if the port is taken, or the address is not ours
 */
export async function startHealth(address: HealthAddress, state: () => HealthState): Promise<HealthServer> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) =>
    answer(request, response, state),
  );
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notListening(address, error)));
    server.listen({ ...address, exclusive: true }, resolve);
  });
  // What goes wrong later belongs to one connection.
  server.on('error', () => {});
  const { address: host, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${host}]` : host}:${port}${PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse, state: () => HealthState): void {
  const say = (status: number, body: string, more: Readonly<Record<string, string>> = {}): void => {
    const text = `${body}\n`;
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      connection: 'close',
      ...more,
    });
    response.end(method === 'HEAD' ? undefined : text);
  };
  if (url.split('?', 1)[0] !== PATH) say(404, '{"error":"only /healthz is here"}');
  else if (method !== 'GET' && method !== 'HEAD') say(405, '{"error":"GET or HEAD"}', { allow: 'GET, HEAD' });
  else {
    const { healthy, body } = state();
    say(healthy ? 200 : 503, body);
  }
}

function notListening({ host, port }: HealthAddress, error: Error): UsageError {
  const code = 'code' in error ? error.code : null;
  const why =
    code === 'EADDRINUSE'
      ? 'somebody listens there already'
      : code === 'EADDRNOTAVAIL'
        ? 'that is no address of this machine'
        : code === 'EACCES'
          ? 'no permission to listen there'
          : error.message;
  return new UsageError(`--health ${host}:${port}: ${why}.`, null, { cause: error });
}
