import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CouldNotTellError } from '../../../model/error.ts';
import { createRowBatch, type RowBatch } from '../../../model/row-batch.ts';
import { childProcess } from '../kernel/child-process.ts';
import type { ScanAnswer, ScannerSetup, ScanTask } from './scan-task.ts';
import { decodeBatch, encodeMessage, MessageReader } from './wire.ts';

/** Where the scanner lies: beside the built program, beside its chunks, or in the build of a source tree. */
const PLACES = ['./scanner.cjs', '../scanner.cjs', '../../../../dist/scanner.cjs'];

/** A scanner makes one short-lived string per descriptor: room for a task's worth of them saves it most of its collections. */
const FLAGS = ['--max-semi-space-size=32'];

/** Characters of a scanner's last words that are kept. */
const SAID = 4096;

/** Tasks a scanner may have before it answers one: it must never wait for the parent. */
const AHEAD = 8;

/** The scanner's program file, or null where there is none: then everything is read in this process. */
export function scannerProgram(): string | null {
  for (const place of PLACES) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(path)) return path;
  }
  return null;
}

interface Scanner {
  readonly child: ChildProcess;
  /** Tasks sent and not answered, oldest first. */
  readonly pending: Task[];
}

interface Task {
  readonly onAnswer: (answer: ScanAnswer, batch: RowBatch) => void;
  /** Answers that wait for their turn. */
  readonly answers: { readonly json: ScanAnswer; readonly payload: Uint8Array }[];
}

/** Some scanner processes. Answers are handed on in the order of the tasks, whichever scanner is first, so output is the same every time. */
export class ScannerPool {
  readonly #scanners: Scanner[] = [];
  readonly #order: Task[] = [];
  readonly #batch = createRowBatch();
  #failure: Error | null = null;
  #closing = false;
  #wake: (() => void) | null = null;

  constructor(program: string, count: number, setup: ScannerSetup) {
    for (let i = 0; i < count; i++) this.#scanners.push(this.#start(program, setup));
  }

  /** Sends a task when a scanner has room. Throws if a scanner failed. */
  async submit(task: ScanTask, numbers: Int32Array, onAnswer: Task['onAnswer']): Promise<void> {
    let scanner = this.#free();
    while (!scanner) {
      await this.#progress();
      scanner = this.#free();
    }
    const entry: Task = { onAnswer, answers: [] };
    this.#order.push(entry);
    scanner.pending.push(entry);
    const payload = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    scanner.child.stdin?.write(encodeMessage(task, payload));
  }

  /** Waits until every task is answered. Throws if a scanner failed. */
  async drain(): Promise<void> {
    while (this.#order.length > 0) await this.#progress();
    if (this.#failure) throw this.#failure;
  }

  /** Ends the scanners. */
  close(): void {
    this.#closing = true;
    for (const { child } of this.#scanners) {
      child.stdin?.end();
      child.unref();
    }
  }

  #start(program: string, setup: ScannerSetup): Scanner {
    const child: ChildProcess = childProcess().spawn(process.execPath, [...FLAGS, program, JSON.stringify(setup)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const scanner: Scanner = { child, pending: [] };
    const reader = new MessageReader((json, payload) => this.#answered(scanner, json as ScanAnswer, payload));
    child.stdout?.on('data', (chunk: Buffer) => reader.write(chunk));
    // A scanner that died is reported when it closes; writing to it meanwhile is no second error.
    child.stdin?.on('error', () => undefined);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID);
    });
    child.on('error', (error) => this.#fail(error));
    child.on('close', (code, signal) => {
      if (this.#closing) return;
      const how = signal ?? `exit code ${code}`;
      this.#fail(
        new CouldNotTellError(`a scanner process ended (${how}) before it was done`, null, { cause: new Error(said) }),
      );
    });
    return scanner;
  }

  #free(): Scanner | null {
    if (this.#failure) throw this.#failure;
    let best: Scanner | null = null;
    for (const scanner of this.#scanners) {
      if (scanner.pending.length < AHEAD && scanner.pending.length < (best?.pending.length ?? AHEAD)) best = scanner;
    }
    // Answers wait for their turn in memory: do not run away from a slow first one.
    return this.#order.length < AHEAD * this.#scanners.length * 2 ? best : null;
  }

  #progress(): Promise<void> {
    if (this.#failure) throw this.#failure;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #answered(scanner: Scanner, json: ScanAnswer, payload: Uint8Array): void {
    const task = json.losses ? scanner.pending.shift() : scanner.pending[0];
    if (!task) return;
    task.answers.push({ json, payload });
    try {
      this.#handOn();
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#woken();
  }

  #handOn(): void {
    for (let first = this.#order[0]; first; first = this.#order[0]) {
      for (let next = first.answers.shift(); next; next = first.answers.shift()) {
        decodeBatch(next.payload, this.#batch);
        first.onAnswer(next.json, this.#batch);
        if (next.json.losses) this.#order.shift();
      }
      if (this.#order[0] === first) return;
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#order.length = 0;
    this.#woken();
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
