import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { RowConsumer } from '../../model/consumer.ts';
import type { Source, SourceResult } from '../../model/source.ts';
import { errorOf } from './error-message.ts';
import { Gate } from './gate.ts';
import type { ThreadMessage, ThreadTask } from './message.ts';
import { SlotReader } from './slot-reader.ts';

/** Enough that neither thread waits for the other's short pauses; each is a few megabytes. */
const SLOTS = 6;

/** Where the thread's program lies: beside the built program, or in the build of a source tree. */
const PLACES = ['./parse-thread.js', '../../../dist/parse-thread.js'];

/** The program of the parsing thread; null where there is none: then inputs are parsed in this thread. */
export function threadProgram(): string | null {
  for (const place of PLACES) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(path)) return path;
  }
  return null;
}

export interface ThreadedInput {
  /** A file, or `-` for standard input that is one. */
  readonly path: string;
  readonly dialect?: string | undefined;
}

/**
 * An input that another thread reads and parses, while this one takes the rows. The thread starts at once, and pauses when
 * a few megabytes are parsed that nobody has taken.
 */
export function threadedSource(input: ThreadedInput, program: string): Source {
  const thread = new ParseThread(input, program);
  return { read: (consumer) => thread.read(consumer) };
}

type ThreadEvent = ThreadMessage | { readonly kind: 'failed'; readonly error: Error } | { readonly kind: 'exit' };

interface Reading {
  readonly consumer: RowConsumer;
  readonly resolve: (result: SourceResult) => void;
  readonly reject: (reason: unknown) => void;
}

class ParseThread {
  readonly #worker: Worker;
  readonly #gate = new Gate(SLOTS);
  readonly #slots = new SlotReader(this.#gate);
  /** What came before anybody read. */
  readonly #early: ThreadEvent[] = [];
  #reading: Reading | null = null;
  #ended = false;

  constructor({ path, dialect }: ThreadedInput, program: string) {
    const task: ThreadTask = { path, dialect, gate: this.#gate.memory, slots: SLOTS };
    this.#worker = new Worker(program, { workerData: task });
    // A source that is never read must not keep the program from its end.
    this.#worker.unref();
    this.#worker.on('message', (message: ThreadMessage) => this.#take(message));
    this.#worker.on('error', (error) => this.#take({ kind: 'failed', error }));
    this.#worker.on('exit', () => this.#take({ kind: 'exit' }));
  }

  read(consumer: RowConsumer): Promise<SourceResult> {
    return new Promise((resolve, reject) => {
      this.#reading = { consumer, resolve, reject };
      this.#worker.ref();
      for (const event of this.#early) this.#take(event);
    });
  }

  #take(event: ThreadEvent): void {
    if (this.#ended) return;
    if (this.#reading === null) {
      this.#early.push(event);
      return;
    }
    const { consumer, resolve, reject } = this.#reading;
    try {
      if (event.kind === 'rows') this.#slots.rows(event, consumer);
      else if (event.kind === 'listing') consumer.listing(event.start);
      else if (event.kind === 'process') consumer.process(event.fact);
      else if (event.kind === 'result') this.#end(() => resolve(event.result));
      else throw event.kind === 'error' ? errorOf(event.error) : lost(event);
    } catch (error) {
      // A thread that waits for a slot would wait for ever.
      this.#end(() => reject(error));
      this.#worker.terminate();
    }
  }

  #end(settle: () => void): void {
    this.#ended = true;
    this.#worker.unref();
    settle();
  }
}

function lost(event: { readonly kind: 'failed'; readonly error: Error } | { readonly kind: 'exit' }): Error {
  return event.kind === 'failed' ? event.error : new Error('the thread that parses the input has ended');
}
