import { type Behaviour, type Habit, Table } from './behaviour.ts';
import type { Random } from './random.ts';

export interface ServerPlan {
  readonly habits: readonly Habit[];
  readonly workers?: number;
  /** A worker leaves after so many requests and another takes its place. */
  readonly recycleAfter?: number;
  /** How uneven the share of workers is: 0 = by chance, else the chance that the first free one takes it. */
  readonly favourite?: number;
}

interface Worker {
  readonly life: number;
  readonly table: Table;
  readonly behaviours: readonly Behaviour[];
  served: number;
}

/** CPU time that one request takes. */
const WORK_PER_REQUEST = 0.001;

/** A simulated server: a master that serves nothing, and workers with habits. */
export class Server {
  readonly #plan: ServerPlan;
  readonly #random: Random;
  readonly #workers: Worker[];
  #lives = 1;

  constructor(plan: ServerPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
    this.#workers = Array.from({ length: plan.workers ?? 1 }, () => this.#fork());
  }

  /** Lives begun so far, the master included. */
  get lives(): number {
    return this.#lives;
  }

  serve(now: number): void {
    const favoured = this.#random.chance(this.#plan.favourite ?? 0);
    const place = favoured ? 0 : this.#random.below(this.#workers.length);
    const worker = this.#workers[place];
    for (const { serve } of worker.behaviours) serve?.(now);
    this.pass(now);
    if (++worker.served >= (this.#plan.recycleAfter ?? Number.POSITIVE_INFINITY)) this.#workers[place] = this.#fork();
  }

  pass(now: number): void {
    for (const { behaviours } of this.#workers) for (const { pass } of behaviours) pass?.(now);
  }

  /** Living lives with what they hold. */
  tables(): Map<number, Table> {
    return new Map([[0, new Table()], ...this.#workers.map(({ life, table }) => [life, table] as const)]);
  }

  /** CPU seconds a life has used, in the kernel's hundredths. */
  work(life: number): number {
    const served = this.#workers.find((worker) => worker.life === life)?.served ?? 0;
    return Math.floor(served * WORK_PER_REQUEST * 100) / 100;
  }

  #fork(): Worker {
    const table = new Table();
    const behaviours = this.#plan.habits.map((habit) => habit(table, this.#random));
    return { life: this.#lives++, table, behaviours, served: 0 };
  }
}
