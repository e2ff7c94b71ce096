import { setTimeout as delay } from 'node:timers/promises';
import { judgeMeasurement } from '../../analysis/leak-rule/leak-rule.ts';
import { failureText, unansweredHint } from '../../analysis/probe/failure-text.ts';
import type { StopReason, UrlRun } from '../../analysis/probe/probe-run.ts';
import { CouldNotTellError, LeaksofError } from '../../model/error.ts';
import { Family } from '../family/family.ts';
import { Observer } from '../family/observer.ts';
import { Client } from '../load/client.ts';
import { LoadCount, sendRequests } from '../load/load.ts';
import type { RequestPlan } from '../load/request-plan.ts';
import { AskedServers } from '../target/asked.ts';
import { isForwarder, isProxy } from '../target/forwarder.ts';
import { NobodyFound, Target } from '../target/target.ts';
import { type Burst, readWakes, upstreams } from '../target/upstream.ts';
import { atOnce, MOST_AT_ONCE } from './concurrency.ts';
import { HeadroomGuard, LEAST_HEADROOM } from './headroom-guard.ts';
import { InotifyBudget } from './inotify-budget.ts';
import { blocks, LADDER, partSize } from './ladder.ts';
import { Recorder } from './recorder.ts';
import type { ProbeSettings } from './settings.ts';
import { failedRun, finishedRun } from './url-run.ts';

/** Requests before anything is counted: pools fill. */
const WARM_UP = 20;
/** Of these, sent one by one to see how fast the server is. */
const FIRST = 3;
/** Share of the deadline that the warm-up may take. */
const WARM_UP_SHARE = 0.2;
/** Watched before the load, in seconds: the noise is known from it. */
const IDLE = 0.8;
/** The others come in so many bursts with pauses between, in ms: who works in the bursts only works for us. */
const BURSTS = 5;
const PAUSE_MS = 60;
/** Most caches of a service are full after so many requests; what kept growing is called a leak without more time. */
const ENOUGH = 2000;
/** Fewer requests make no block. */
const LEAST_BLOCK = 10;
/** Processes that ended for each request from which on it is one for each. */
const ONE_FOR_EACH = 0.6;
/** Share of the requests of a part that may fail, or get an error where there was none before, until the load ends. */
const MAY_FAIL = 0.7;
/** So many failures in a row, or one for each request under way if that is more, are a server that answers no more. */
const SILENT = 5;

/** Loads one URL and writes down what its processes hold. Never throws for what the target does: that is a run without a measurement. */
export async function probeUrl(plan: RequestPlan, settings: ProbeSettings): Promise<UrlRun> {
  try {
    return await new UrlProbe(plan, settings).run();
  } catch (error) {
    if (error instanceof LeaksofError && error.exitCode === 3) return failedRun(plan, error);
    throw error;
  }
}

class UrlProbe {
  readonly #plan: RequestPlan;
  readonly #settings: ProbeSettings;
  readonly #began = performance.now();
  readonly #count = new LoadCount();
  readonly #warm = new LoadCount();
  #concurrency = 1;
  /** Seconds beyond the deadline. */
  #extra = 0;
  /** Milliseconds that one request takes, all in all. */
  #pace = 1;

  constructor(plan: RequestPlan, settings: ProbeSettings) {
    this.#plan = plan;
    this.#settings = settings;
  }

  async run(): Promise<UrlRun> {
    const { root, say, settle, signal } = this.#settings;
    say(`looking for the process behind ${this.#plan.url}`);
    const target = await Target.find(this.#plan, this.#settings);
    const family = new Family(root, (again) => target.roots(again));
    if (family.members.length === 0) throw new NobodyFound(this.#plan, target);
    const guard = new HeadroomGuard(family, this.#settings.toLimit);
    this.#checkHeadroom(family);
    const client = new Client(this.#plan, target.address, this.#settings.timeout * 1000, MOST_AT_ONCE);
    const observer = new Observer(family);
    const recorder = new Recorder(observer);
    try {
      say('warming up');
      const asked = await this.#warmUp(client, target, family, guard);
      await recorder.idle(IDLE);
      const passedOn = asked?.elsewhere(this.#warm.ok) ?? [];
      const inotify = new InotifyBudget(root, observer);
      inotify.begin(this.#warm.ok);
      if (observer.refused > 0 && observer.refused === family.members.length && observer.book.groups.length === 0) {
        throw new NobodyFound(this.#plan, { listener: target.listener, refused: observer.refused });
      }
      const stopped = await this.#load(client, family, guard, inotify, recorder, observer);
      await client.close();
      say('waiting for what closes late');
      await recorder.settle(settle, this.#count, () => !signal.aborted || stopped === 'interrupted');
      return finishedRun({
        plan: this.#plan,
        target,
        observer,
        measurement: recorder.measurement(),
        stopped,
        counts: [this.#warm, this.#count],
        settleSeconds: settle,
        passedOn,
        inotify: inotify.standing(),
      });
    } finally {
      await client.close();
    }
  }

  /** Seconds left for load. */
  #left(): number {
    const { deadline, settle } = this.#settings;
    return deadline + this.#extra - settle - (performance.now() - this.#began) / 1000;
  }

  #checkHeadroom(family: Family): void {
    const least = family.leastHeadroom();
    // Above its limit: a sandbox that lowered it after opening, and opens nothing any more.
    if (least === null || this.#settings.toLimit || least.used > least.softLimit) return;
    const free = least.softLimit - least.used;
    if (free >= LEAST_HEADROOM) return;
    throw new CouldNotTellError(
      `${this.#plan.url}: ${least.member.process.command} ${least.member.pid} uses ${least.used} of ${least.softLimit} descriptors: with ${free} left it is too near its limit to be probed safely.`,
      `raise it first: sudo prlimit --pid ${least.member.pid} --nofile=${least.softLimit * 4}:   (or --to-limit to go on to the end)`,
    );
  }

  /** Gives whom a family that passes requests on asks; null for others. */
  async #warmUp(client: Client, target: Target, family: Family, guard: HeadroomGuard): Promise<AskedServers | null> {
    const { root, concurrency, deadline, signal, pids } = this.#settings;
    const until = performance.now() + deadline * 1000 * WARM_UP_SHARE;
    const goOn = (): boolean => this.#within(guard) && !signal.aborted && performance.now() < until;
    // A table of ten thousand closed connections takes a tenth of a second to read: it is only asked of those who may pass on.
    const passes = family.members.some(({ process: { command } }) => isProxy(command) || isForwarder(command));
    const asked = passes ? new AskedServers(root, target.listener) : null;
    let latency = Number.POSITIVE_INFINITY;
    for (let first = 0; first < FIRST && goOn(); first++) {
      const begun = performance.now();
      await sendRequests(client, 1, 1, this.#warm, goOn);
      latency = Math.min(latency, performance.now() - begun);
    }
    this.#concurrency = concurrency ?? atOnce(latency);
    const rest = Math.max(WARM_UP - FIRST, 4 * (this.#concurrency - 1));
    const each = Math.max(this.#concurrency, Math.ceil(rest / BURSTS));
    const bursts: Burst[] = [];
    while (bursts.length * each < rest && goOn()) bursts.push(await this.#burst(client, each, goOn));
    if (this.#warm.ok === 0 && signal.aborted) {
      throw new CouldNotTellError(`${this.#plan.url}: interrupted before a request was answered.`, null);
    }
    if (this.#warm.ok === 0) {
      const { sent, failures } = this.#warm;
      const why = [...failures.keys()].map(failureText).join('; ');
      throw new CouldNotTellError(
        `${this.#plan.url}: none of ${sent} requests was answered (${why}).`,
        unansweredHint(failures.keys(), this.#plan.secure),
      );
    }
    family.refresh();
    const own = new Set(family.members.map(({ pid }) => pid));
    if (pids.length === 0) target.addUpstreams(upstreams(root, bursts, own));
    const kept = asked?.found(own, bursts) ?? [];
    if (pids.length === 0) target.addUpstreams(kept);
    family.search();
    return asked;
  }

  async #burst(client: Client, requests: number, goOn: () => boolean): Promise<Burst> {
    const { root } = this.#settings;
    const start = readWakes(root);
    await sendRequests(client, requests, this.#concurrency, this.#warm, goOn);
    const end = readWakes(root);
    this.#pace = Math.max(0.05, (end.time - start.time) / requests);
    await delay(PAUSE_MS);
    return { requests, start, end, paused: readWakes(root) };
  }

  async #load(
    client: Client,
    family: Family,
    guard: HeadroomGuard,
    inotify: InotifyBudget,
    recorder: Recorder,
    observer: Observer,
  ): Promise<StopReason> {
    const { requests, toLimit } = this.#settings;
    const ladder = LADDER.reduce((sum, size) => sum + size, 0);
    for (const size of blocks(requests)) {
      if (this.#count.sent >= ladder && !toLimit && !this.#undecided(recorder)) return 'ladder';
      if (!this.#within(guard)) return toLimit ? 'limit' : 'headroom';
      const [numbers, instances] = [guard.affordable(size), this.#instances(inotify, size)];
      const affordable = Math.min(numbers, instances);
      if (this.#timely() < Math.min(size, affordable)) this.#perhapsLonger(recorder, observer);
      const timely = this.#timely();
      const block = Math.min(size, affordable, timely);
      const scarce = affordable >= timely ? 'deadline' : instances < numbers ? 'instances' : 'headroom';
      if (block < Math.min(LEAST_BLOCK, size)) return scarce;
      const stopped = await this.#block(block, client, family, guard, recorder);
      if (stopped === 'deadline' && this.#perhapsLonger(recorder, observer)) continue;
      if (stopped !== null) return stopped;
      if (block < size) return scarce;
    }
    return 'ladder';
  }

  #instances(inotify: InotifyBudget, requests: number): number {
    return this.#settings.toLimit ? requests : inotify.affordable(requests, this.#count.ok);
  }

  /** Requests that the time left is enough for. */
  #timely(): number {
    return Math.floor((this.#left() * 1000) / this.#pace);
  }

  /** Gives what grows under many names, as a cache does that is not full yet, the same time once more; whether it did. */
  #perhapsLonger(recorder: Recorder, { book }: Observer): boolean {
    const { patient, deadline, say } = this.#settings;
    if (!patient || this.#extra > 0 || this.#count.ok >= ENOUGH) return false;
    const { groups } = judgeMeasurement(recorder.measurement());
    if (!groups.some((group) => group.verdict === 'leak' && book.hasSeveral(group))) return false;
    this.#extra = deadline;
    say('what grows has many names, as a cache has: taking more time');
    return true;
  }

  #within(guard: HeadroomGuard): boolean {
    return guard.within(this.#concurrency, this.#warm.sent + this.#count.sent);
  }

  /** Whether more requests could settle what is still open. */
  #undecided(recorder: Recorder): boolean {
    return judgeMeasurement(recorder.measurement()).groups.some(({ verdict }) => verdict === 'undecided');
  }

  async #block(
    block: number,
    client: Client,
    family: Family,
    guard: HeadroomGuard,
    recorder: Recorder,
  ): Promise<StopReason | null> {
    const { say } = this.#settings;
    recorder.begin(this.#count);
    const [begun, before] = [performance.now(), this.#count.sent];
    let stopped: StopReason | null = null;
    for (let sent = 0; sent < block && stopped === null; ) {
      const part = Math.min(partSize(block, this.#life(family)), block - sent);
      say(`${this.#count.sent + part} requests to ${this.#plan.url}`);
      stopped = await this.#part(part, client, family, guard);
      sent += part;
      // What a server does while it fails is not what it does with a request.
      if (stopped !== 'failing') await recorder.level(this.#count);
      guard.learn(this.#warm.ok + this.#count.ok);
      if (family.members.length === 0) stopped = 'gone';
    }
    recorder.end(this.#count);
    this.#pace = (performance.now() - begun) / Math.max(1, this.#count.sent - before);
    return stopped;
  }

  async #part(requests: number, client: Client, family: Family, guard: HeadroomGuard): Promise<StopReason | null> {
    const { signal, toLimit } = this.#settings;
    const { sent, failed, errors } = this.#count;
    let stopped: StopReason | null = null;
    // Each look costs a stat(2) for every member: with many of them not after every request.
    const every = Math.ceil(family.members.length / 16);
    const { overflows } = client;
    let ended = 0;
    await sendRequests(client, requests, this.#concurrency, this.#count, () => {
      if (signal.aborted) stopped = 'interrupted';
      else if (this.#left() <= 0) stopped = 'deadline';
      else if (++ended % every === 0 && !this.#within(guard)) stopped = toLimit ? 'limit' : 'headroom';
      return stopped === null;
    });
    // A listener with a short queue drops what comes beyond, which costs a second each time.
    if (client.overflows > overflows) this.#concurrency = Math.max(1, this.#concurrency >> 1);
    const tried = this.#count.sent - sent;
    const bad = this.#count.failed - failed + (this.#faulty ? 0 : this.#count.errors - errors);
    const silent = this.#count.failedInRow >= Math.max(SILENT, this.#concurrency);
    if ((stopped === null && bad > MAY_FAIL * tried) || (stopped !== 'interrupted' && silent)) {
      stopped = toLimit && guard.full() ? 'limit' : 'failing';
    }
    return stopped;
  }

  /** Errors are what this URL answers: the warm-up got them too. */
  get #faulty(): boolean {
    return this.#warm.errors > MAY_FAIL * this.#warm.ok;
  }

  /** Requests to the whole family in the life of one worker, by how many have ended so far; null where none lasts. */
  #life(family: Family): number | null {
    const { ok } = this.#count;
    if (family.ended === 0 || family.ended > ONE_FOR_EACH * ok) return null;
    return (ok * Math.max(1, family.replaced)) / family.ended;
  }
}
