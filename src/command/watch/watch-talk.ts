import type { Severity } from '../../model/report.ts';
import { safeText } from '../../view/escape.ts';
import type { Invocation } from '../definition.ts';
import { journalPrefix } from './journal.ts';

/** What a watch says on stderr while it runs. */
export class WatchTalk {
  readonly #invocation: Invocation;
  readonly #prefix: (severity: Severity) => string;
  /** Whether a live view fills the terminal, which a line would tear apart. */
  silent = false;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    this.#prefix = journalPrefix(invocation.around.env.JOURNAL_STREAM);
  }

  /** Something that is good to know. */
  hint(text: string): void {
    if (!this.#invocation.options.flag('quiet')) this.line('info', text);
  }

  /** Something that has to be known. */
  line(severity: Severity, text: string): void {
    if (this.silent) return;
    this.#invocation.around.stderr.write(`${this.#prefix(severity)}leaksof: ${safeText(text)}\n`);
  }
}
