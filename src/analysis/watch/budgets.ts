import type { Place } from './place.ts';

/** Budgets of a watch: what is compared, and whether one moment above it is enough. */
const KINDS = {
  /** Descriptors gained inside lives since the first sample, at any sample. */
  growth: { option: 'max-growth', sticks: true, value: ({ growth }: Place) => growth },
  /** Descriptors gained per minute, at the end, where growth is sure. */
  rate: { option: 'max-growth', sticks: false, value: rateOf },
  /** Share of the soft limit, at any sample. Sandboxes set the limit to next to nothing after opening what they need. */
  utilisation: { option: 'max-utilisation', sticks: true, value: utilisationOf },
} as const;

type BudgetKind = keyof typeof KINDS;

/** What is allowed. */
export interface WatchBudget {
  readonly kind: BudgetKind;
  readonly limit: number;
}

/** What came of a budget. */
export interface BudgetState extends WatchBudget {
  readonly option: string;
  /** The highest value found; null if there was none. */
  readonly value: number | null;
  readonly pid: number | null;
  /** Seconds after which it was broken first; null if it was not. */
  readonly brokenAt: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

const SANDBOX_LIMIT = 16;

function utilisationOf({ utilisation, fact }: Place): number | null {
  return (fact.softLimit ?? 0) <= SANDBOX_LIMIT ? null : utilisation;
}

/** What is not growing for sure grows by nothing; what cannot be told yet has no value. */
function rateOf({ trend }: Place): number | null {
  if (trend.verdict === 'growing') return trend.perMinute?.estimate ?? null;
  return trend.verdict === 'undecided' ? null : 0;
}

/** One budget over the course of a watch. */
export class BudgetWatch {
  readonly budget: WatchBudget;
  #value: number | null = null;
  #pid: number | null = null;
  #brokenAt: number | null = null;
  #unknown = false;

  constructor(budget: WatchBudget) {
    this.budget = budget;
  }

  /** The option that sets it. */
  get option(): string {
    return KINDS[this.budget.kind].option;
  }

  /** Compares the places that changed; returns the first that breaks the budget now and for the first time. */
  sample(changed: Iterable<Place>, seconds: number): Place | null {
    const { sticks, value } = KINDS[this.budget.kind];
    if (!sticks) return null;
    let broken: Place | null = null;
    for (const place of changed) {
      const found = value(place);
      if (found === null) continue;
      this.#take(found, place);
      if (found > this.budget.limit && this.#brokenAt === null) {
        this.#brokenAt = seconds;
        broken = place;
      }
    }
    return broken;
  }

  /** @param places everybody who was ever watched */
  finish(places: Iterable<Place>, seconds: number): BudgetState {
    const { sticks, value } = KINDS[this.budget.kind];
    for (const place of places) {
      const found = value(place);
      if (found === null) this.#unknown ||= place.endedAt === null;
      else if (!sticks) this.#take(found, place);
    }
    const broken = this.#value !== null && this.#value > this.budget.limit;
    if (broken) this.#brokenAt ??= seconds;
    return {
      ...this.budget,
      option: this.option,
      value: this.#value,
      pid: this.#pid,
      brokenAt: this.#brokenAt,
      // What could not be told may be the worst of all.
      verdict: broken ? 'fail' : this.#value === null || this.#unknown ? 'inconclusive' : 'pass',
    };
  }

  #take(found: number, { fact }: Place): void {
    if (this.#value !== null && found <= this.#value) return;
    this.#value = found;
    this.#pid = fact.pid;
  }
}
