import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type RequestPlan, serverName } from './request-plan.ts';

/** How one request ended: answered in full with a status, or not. */
export type Outcome = { readonly status: number } | { readonly failure: string };

/** Longest time that a timer can be set to, ms; a longer one would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;
/** A little under the second after which a SYN is sent again. */
const RETRANSMITTED_MS = 950;

/** Requests of one plan to one resolved address. */
export class Client {
  readonly #plan: RequestPlan;
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #agent: Agent | false;
  readonly #open = new Set<Socket>();
  #closed: (() => void)[] = [];
  /**
   * Connections that took a second or more to be made: the listener's queue was full, the kernel dropped our SYN and sent it
   * again after its first time-out (RFC 6298, section 2: 1 s).
   */
  overflows = 0;

  /**
   * @param address resolved address, the same for all requests
   * @param timeoutMs for one whole request
   */
  constructor(plan: RequestPlan, address: string, timeoutMs: number, connections: number) {
    this.#plan = plan;
    this.#address = address;
    this.#timeoutMs = Math.min(timeoutMs, LONGEST_MS);
    const pool = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
    this.#agent = plan.keepAlive ? (plan.secure ? new SecureAgent(pool) : new Agent(pool)) : false;
  }

  /** Sends one request and waits for the end of its answer. Never throws: a failure is an outcome. */
  send(): Promise<Outcome> {
    return new Promise((resolve) => {
      let whole: () => IncomingMessage | null = () => null;
      // What comes after a whole answer (a body to HEAD, more than Content-Length) makes it none the less one.
      const ended = (failure: string): void => {
        const answer = whole();
        resolve(answer === null ? { failure } : { status: answer.statusCode ?? 0 });
      };
      const sent = this.#request((answer) => {
        whole = () => (answer.complete ? answer : null);
        answer.on('error', (error) => ended(codeOf(error)));
        answer.on('aborted', () => ended('ECONNRESET'));
        answer.on('end', () => ended('ECONNRESET'));
        answer.resume();
      });
      const timer = setTimeout(() => {
        resolve({ failure: 'timeout' });
        sent.destroy();
      }, this.#timeoutMs);
      sent.on('socket', (socket) => this.#watch(socket));
      sent.on('error', (error) => ended(codeOf(error)));
      sent.on('close', () => {
        clearTimeout(timer);
        ended('ECONNRESET');
      });
      sent.end(this.#plan.body ?? undefined);
    });
  }

  /** Until every connection of ours that is not kept for later is closed on our side. */
  async quiet(): Promise<void> {
    if (this.#agent !== false || this.#open.size === 0) return;
    await new Promise<void>((resolve) => this.#closed.push(resolve));
  }

  /** Closes the connections that were kept. */
  async close(): Promise<void> {
    if (this.#agent === false) return;
    const gone = Promise.all([...this.#open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    this.#agent.destroy();
    await gone;
  }

  #request(answered: (answer: IncomingMessage) => void): ReturnType<typeof request> {
    const { secure, port, path, method, headers, keepAlive } = this.#plan;
    const name = serverName(this.#plan);
    const options: RequestOptions & { rejectUnauthorized: boolean; servername?: string } = {
      host: this.#address,
      port,
      path,
      method,
      headers: { ...headers, Connection: keepAlive ? 'keep-alive' : 'close' },
      agent: this.#agent,
      insecureHTTPParser: true,
      // The address is one of this machine, and a service under test has a certificate of its own making.
      rejectUnauthorized: false,
      ...(name !== undefined && { servername: name }),
    };
    return secure ? secureRequest(options, answered) : request(options, answered);
  }

  #watch(socket: Socket): void {
    if (this.#open.has(socket)) return;
    this.#open.add(socket);
    const begun = performance.now();
    socket.once('connect', () => {
      if (performance.now() - begun >= RETRANSMITTED_MS) this.overflows++;
    });
    socket.once('close', () => {
      this.#open.delete(socket);
      if (this.#open.size > 0) return;
      for (const resolve of this.#closed.splice(0)) resolve();
    });
  }
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}
