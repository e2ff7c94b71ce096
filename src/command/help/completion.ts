import { UsageError } from '../../model/error.ts';
import { safeText } from '../../view/escape.ts';
import type { CommandDefinition, Completion, OptionDefinition } from '../definition.ts';
import { COMMANDS, commandNamed, DEFAULT_COMMAND } from '../registry.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** What the shell does with the answer: offer files too, or only what is listed. The numbers are those of the scripts. */
const OFFER_FILES = 0;
const LISTED_ONLY = 4;

interface Candidate {
  readonly value: string;
  readonly doc: string;
}

interface Answer {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

/**
 * The completion script of a shell. It asks `leaksof complete -- WORDS...` at every TAB, so it never goes stale.
 *
 * @throws UsageError for a shell without one
 */
export async function completionScript(shell: string): Promise<string> {
  const known = SHELLS.find((name) => name === shell);
  if (known === undefined) {
    throw new UsageError(
      `--completions ${shell}: wants ${SHELLS.join(', ')}.`,
      'leaksof --completions bash > leaksof.bash',
    );
  }
  const { script } = await import('@bomb.sh/tab');
  const lines: string[] = [];
  const { log } = console;
  // The library prints; nothing else runs while it does.
  console.log = (text: string) => {
    lines.push(text);
  };
  try {
    script(known, 'leaksof', 'leaksof');
  } finally {
    console.log = log;
  }
  const text = `${lines.join('\n')}\n`;
  return known === 'bash' ? repairedBash(text) : text;
}

/** The bash script never lets bash offer files, which its own directive 0 asks for, and cannot be sourced twice. */
function repairedBash(text: string): string {
  return text.replace(/^complete -F/m, 'complete -o default -F').replace(/^readonly /gm, '');
}

/** One candidate a line with its explanation after a tab, then `:` and what the shell is to do. The last word is the one under the cursor. */
export async function completionAnswer(words: readonly string[]): Promise<string> {
  const current = words.at(-1) ?? '';
  const { candidates, files } = await candidatesFor(words.slice(0, -1), current);
  const lines = candidates
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, doc }) => `${value}\t${safeText(doc)}\n`);
  return `${lines.join('')}:${files ? OFFER_FILES : LISTED_ONLY}\n`;
}

async function candidatesFor(before: readonly string[], current: string): Promise<Answer> {
  const [first = ''] = before;
  const command = commandNamed(first) ?? DEFAULT_COMMAND;
  const assigned = /^--([a-z-]+)=/.exec(current);
  if (assigned) {
    const option = command.options.find(({ name }) => name === assigned[1]);
    const { candidates } = await valuesOf(option, command);
    return { candidates: candidates.map(({ value, doc }) => ({ value: `${assigned[0]}${value}`, doc })), files: false };
  }
  const option = optionAwaitingValue(before.at(-1) ?? '', command);
  if (option) return valuesOf(option, command);
  if (current.startsWith('-')) return { candidates: optionNames(command), files: false };
  const positional = positionalCount(before, command) - (commandNamed(first) ? 1 : 0);
  if (before.length === 0) {
    const commands = COMMANDS.map(({ name, summary }) => ({ value: name, doc: summary }));
    return { candidates: commands, files: true };
  }
  const argument = command.arguments[positional];
  return argument ? completionOf(argument.complete, command) : { candidates: [], files: false };
}

function optionAwaitingValue(word: string, { options }: CommandDefinition): OptionDefinition | undefined {
  return options.find(
    ({ name, short, value }) => value !== undefined && (word === `--${name}` || word === `-${short}`),
  );
}

function positionalCount(words: readonly string[], command: CommandDefinition): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (optionAwaitingValue(word, command)) i++;
    else if (!word.startsWith('-') || word === '-') count++;
  }
  return count;
}

function optionNames({ options }: CommandDefinition): Candidate[] {
  return options.map(({ name, doc }) => ({ value: `--${name}`, doc }));
}

async function valuesOf(option: OptionDefinition | undefined, command: CommandDefinition): Promise<Answer> {
  if (option?.choices) return { candidates: option.choices.map((value) => ({ value, doc: '' })), files: false };
  return completionOf(option?.complete, command);
}

async function completionOf(kind: Completion | undefined, command: CommandDefinition): Promise<Answer> {
  const listed = (candidates: readonly Candidate[]): Answer => ({ candidates, files: false });
  switch (kind) {
    case 'file':
    case 'folder':
      return { candidates: [], files: true };
    case 'format':
      return listed(command.formats.map((value) => ({ value, doc: '' })));
    case 'dialect': {
      const { DIALECTS } = await import('../../dialect/registry.ts');
      return listed(DIALECTS.map(({ name, title }) => ({ value: name, doc: title })));
    }
    case 'field': {
      const { OPEN_FILE_FIELDS } = await import('../../model/schema.ts');
      return listed(OPEN_FILE_FIELDS.map(({ name, doc }) => ({ value: name, doc })));
    }
    case 'process':
      return listed((await liveProcesses()).map(({ pid, doc }) => ({ value: String(pid), doc })));
    case 'user':
      return listed([...new Set((await liveProcesses()).map(({ user }) => user))].map((value) => ({ value, doc: '' })));
    default:
      return listed([]);
  }
}

interface LiveProcess {
  readonly pid: number;
  readonly user: string;
  readonly doc: string;
}

/** Processes of this machine, counted but not listed, fullest first; none where it cannot be asked. */
async function liveProcesses(): Promise<readonly LiveProcess[]> {
  if (process.platform !== 'linux') return [];
  const { liveSource } = await import('../../source/live.ts');
  const found: (LiveProcess & { readonly descriptors: number })[] = [];
  await liveSource({ names: 'none', detail: 'name' }).read({
    listing: () => {},
    rows: () => {},
    process: ({ pid, command = '', user = '', descriptors = 0 }) => {
      found.push({ pid, user, descriptors, doc: `${command} (${user}, ${descriptors} descriptors)` });
    },
  });
  return found.toSorted((a, b) => b.descriptors - a.descriptors || a.pid - b.pid);
}
