import { cellText } from '../../model/classify.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { emptyLines } from '../../model/coverage.ts';
import type { ProcessFact } from '../../model/process.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import type { SourceResult } from '../../model/source.ts';
import { redactPath } from './redact-path.ts';
import { Tokens } from './token.ts';

/** Shorter names turn up in other words by chance. */
const SHORTEST_NAME = 3;

/** Folders whose first level is named after users. */
const HOME = /^\/(?:home|Users|export\/home|run\/user|var\/spool\/(?:cron|mail))\/([^/]+)/;

/** The superuser is on every machine. */
const SUPERUSER = 'root';

/** Knows what is private in the sources that it was shown, and what stands for it. One key for all of them. */
export class Redactor {
  readonly tokens: Tokens;
  readonly #names = new Set<string>();

  constructor(key: Uint8Array) {
    this.tokens = new Tokens(key);
  }

  /** Takes in who uses the machine, before anything is redacted. */
  learner(): RowConsumer {
    return {
      listing: () => {},
      rows: (batch) => this.#learnRows(batch),
      process: ({ user, cwd }) => {
        this.#learn(user);
        this.#learn(HOME.exec(cwd ?? '')?.[1]);
      },
    };
  }

  learnResult({ machine, info }: SourceResult): void {
    this.#learn(machine?.host);
    this.#learn(machine?.host?.split('.')[0]);
    if (info.kind === 'live') this.#learn(info.name);
  }

  user(name: string): string {
    return name === SUPERUSER ? name : this.tokens.word('user', name);
  }

  /** A command label says which program it is; one with a private name in it does not stay. */
  label(label: string): string {
    const name = label.startsWith('/') ? label.slice(label.lastIndexOf('/') + 1) : label;
    const lower = name.toLowerCase();
    for (const secret of this.#names) if (lower.includes(secret)) return this.tokens.word('command', label);
    return /^[\w.+:@ ()[\]#~-]{1,64}$/.test(name) ? name : this.tokens.word('command', label);
  }

  fact(fact: ProcessFact): ProcessFact {
    const { uid, netns: _netns, cgroup: _cgroup, ...kept } = fact;
    const { tokens } = this;
    return {
      ...kept,
      ...(uid === 0 ? { uid } : {}),
      ...(fact.command === undefined ? {} : { command: this.label(fact.command) }),
      ...(fact.commandLine === undefined ? {} : { commandLine: tokens.word('command line', fact.commandLine) }),
      ...(fact.user === undefined ? {} : { user: this.user(fact.user) }),
      ...(fact.cwd === undefined ? {} : { cwd: redactPath(fact.cwd, tokens) }),
      ...(fact.container === undefined ? {} : { container: tokens.word('container', fact.container) }),
      ...(fact.unit === undefined ? {} : { unit: tokens.word('unit', fact.unit) }),
      ...(fact.pod === undefined ? {} : { pod: tokens.word('pod', fact.pod) }),
    };
  }

  /** What the source says at its end: its sentences and the lines it did not understand may hold anything, so they are counted. */
  result(result: SourceResult): SourceResult {
    const { info, coverage, machine } = result;
    const { hidden = [], lines } = coverage;
    const named = machine?.host ?? null;
    const said = hidden.length === 0 ? [] : [`${hidden.length} notes about what was not seen, left out by --redact`];
    return {
      ...result,
      info: { ...info, name: info.name === '-' ? '-' : this.tokens.word('source', info.name) },
      coverage: {
        ...coverage,
        hidden: said,
        lines: {
          ...(lines ?? emptyLines()),
          unplaced: (lines?.unplaced ?? []).map(({ line }) => ({ line, text: '' })),
        },
      },
      ...(machine
        ? {
            machine: {
              ...machine,
              host: named === null ? null : this.tokens.word('host', named),
              bootId: machine.bootId === null ? null : this.tokens.word('boot', machine.bootId),
            },
          }
        : {}),
    };
  }

  #learnRows(batch: RowBatch): void {
    for (let row = 0; row < batch.rows; row++) {
      this.#learn(cellText(batch, row, Cell.user));
      for (const column of [Cell.name, Cell.target]) {
        const name = cellText(batch, row, column);
        if (name !== null) this.#learn(HOME.exec(name)?.[1]);
      }
    }
  }

  #learn(name: string | null | undefined): void {
    const text = name?.trim().toLowerCase() ?? '';
    if (text.length >= SHORTEST_NAME && text !== SUPERUSER && !/^\d+$/.test(text)) this.#names.add(text);
  }
}
