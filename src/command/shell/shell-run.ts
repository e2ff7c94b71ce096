import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { loadDanfo } from '../../columns/data-frame.ts';
import { record } from '../../library/recording.ts';
import { LeaksofError, UsageError } from '../../model/error.ts';
import { OPEN_FILE_FIELDS } from '../../model/schema.ts';
import { evaluate } from '../../shell/evaluate.ts';
import { historyFile } from '../../shell/history.ts';
import { type PrintOptions, printed, printedForScript } from '../../shell/printed.ts';
import { runRepl } from '../../shell/repl.ts';
import { openScope } from '../../shell/scope.ts';
import { createSession } from '../../shell/session.ts';
import { safeText } from '../../view/escape.ts';
import { VIEWS } from '../../view/registry.ts';
import type { ExitCode, Invocation, Surroundings } from '../definition.ts';
import { chooseSource, openSource } from '../input/source-choice.ts';
import { appearance, colourLevel } from '../output/appearance.ts';
import { openSink } from '../output/output.ts';
import { filterOf, listingPolicyOf, narrowed } from '../pipeline.ts';

const TOP = 20;
/** Rows above which `df` takes more than about a gigabyte: worth a word. */
const MANY_ROWS = 500_000;

/** Collects the rows, then runs `--eval` or the prompt. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  const code = options.text('eval');
  const choice = chooseSource(invocation, words[0]);
  const fromStdin = choice.kind === 'input' && choice.path === '-';
  const input = code === null ? promptInput(around, fromStdin) : null;

  const filter = filterOf(invocation);
  const quiet = options.flag('quiet');
  const source = await openSource(choice, around, narrowed({ names: 'all', detail: 'full' }, filter), quiet);
  const recording = await record(source);
  const danfo = await loadDanfo();
  const session = createSession(recording, danfo, {
    filter,
    listing: listingPolicyOf(invocation),
    softLimit: options.number('soft-limit'),
    top: options.number('top') ?? TOP,
  });
  const say = (sentence: string): void => {
    if (!quiet) around.stderr.write(`leaksof: ${safeText(sentence)}\n`);
  };
  say(`${counted(recording.rows)} collected`);
  if (recording.rows > MANY_ROWS) say('that is a lot: df and rows take gigabytes; --pid, --class and --name choose');

  const look = await appearance(around, options.flag('no-color'), false);
  const colors = colourLevel(around.stdout.isTTY === true, around.env, options.flag('no-color')) > 0;
  const print: PrintOptions = { danfo, view: await VIEWS.terminal(), look, colors };
  openScope(session, (text) => openSinkWith(text));
  if (code !== null || input === null) return evaluated(code ?? '', print);
  say('help lists what there is; Ctrl-D leaves');
  await runRepl({
    input,
    output: around.stdout,
    colors,
    columns: OPEN_FILE_FIELDS.map(({ name }) => name),
    history: historyFile(around.env),
    warn: say,
    print: (value) => printed(value, print),
  });
  return 0;
}

async function evaluated(code: string, print: PrintOptions): Promise<ExitCode> {
  let text: string | null;
  try {
    text = printedForScript(await evaluate(code), print);
  } catch (error) {
    if (error instanceof LeaksofError) throw error;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new LeaksofError(`--eval failed: ${reason}`, null, 2, { cause: error });
  }
  if (text !== null) openSinkWith(`${text}\n`);
  return 0;
}

function openSinkWith(text: string): void {
  const sink = openSink(null);
  sink.write(text);
  sink.close();
}

/** Where the prompt's lines come from: stdin if it is a terminal and not the listing, else the terminal itself. */
function promptInput(around: Surroundings, fromStdin: boolean): NodeJS.ReadStream {
  if (around.stdin.isTTY && !fromStdin) return around.stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch (error) {
    throw new UsageError(
      'The shell needs a terminal to be typed at, and there is none.',
      "leaksof shell SOURCE --eval 'rank()'",
      {
        cause: error,
      },
    );
  }
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
