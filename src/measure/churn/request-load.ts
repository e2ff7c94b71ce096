import type { ChurnRequests } from '../../analysis/churn/churn-data.ts';
import { Client } from '../load/client.ts';
import { LoadCount } from '../load/load.ts';
import { requestPlan } from '../load/request-plan.ts';
import { firstConnection } from '../target/address.ts';
import { Target } from '../target/target.ts';

/** ms for one request. A worker that dies with a request makes whoever waits for the next one wait for its start too. */
const TIMEOUT = 10_000;

/** Requests, one after the other, each with a connection of its own. */
export class RequestLoad {
  readonly #client: Client;
  readonly #url: string;
  readonly #requests: number;
  readonly #count = new LoadCount();
  #pending: Promise<void> | null = null;
  #completed = 0;

  private constructor(client: Client, url: string, requests: number) {
    this.#client = client;
    this.#url = url;
    this.#requests = requests;
  }

  /**
   * @throws UsageError for an address of another machine
   * @throws CouldNotTellError if nothing answers
   */
  static async open(url: string, requests: number, root: string): Promise<RequestLoad> {
    const plan = requestPlan(url, { method: null, headers: [], body: null, keepAlive: false });
    const addresses = await Target.addresses(plan, { root, pids: [], also: [], allowRemote: false });
    const { address, socket } = await firstConnection(plan, addresses);
    socket.destroy();
    return new RequestLoad(new Client(plan, address, TIMEOUT, 1), url, requests);
  }

  get isOver(): boolean {
    return this.#pending === null && this.#count.sent >= this.#requests;
  }

  get requests(): ChurnRequests {
    const { sent, ok, failed, errors } = this.#count;
    return { url: this.#url, sent, ok, failed, errors };
  }

  /** Begins the next request where none is under way. Resolves when one ends; null where there is none to send. */
  next(): Promise<void> | null {
    if (this.isOver) return null;
    this.#pending ??= this.#send();
    return this.#pending;
  }

  /** Requests answered without a fault of the server since this was asked before; null while one is under way. */
  take(): number | null {
    if (this.#pending !== null) return null;
    const completed = this.#completed;
    this.#completed = 0;
    return completed;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #send(): Promise<void> {
    const before = this.#count.errors;
    const outcome = await this.#client.send();
    await this.#client.quiet();
    this.#count.add(outcome);
    if ('status' in outcome && this.#count.errors === before) this.#completed++;
    this.#pending = null;
  }
}
