import { OPEN_FILE_FIELDS } from '../model/schema.ts';

const NAMES = OPEN_FILE_FIELDS.map(({ name }) => name).join(', ');

/** `help` in the shell: printing it, called or not, prints HELP_TEXT. */
export function help(): typeof help {
  return help;
}

export const HELP_TEXT = `df                   the rows as a danfo.js DataFrame (https://danfo.jsdata.org)
rows                 the same as an array of objects
rank({by, top})      who is near the limit          by: command, user, container, tree
names({exact, top})  what is open most
show(PID)            one process in full
danfo                danfo.js: concat, merge, toDateTime, ...
columns              every column with its unit and meaning

df.column('command').valueCounts()
df.query(df.column('class').eq('inet')).column('state').valueCounts()
df.groupby(['pid', 'class']).col(['fd']).count().sortValues('fd_count', { ascending: false }).head(10)
rows.filter((row) => row.deleted && row.size > 1e6).map((row) => row.target)

Columns: ${wrapped(NAMES)}
await works. TAB completes columns inside quotes. .save FILE keeps what you typed; .exit or Ctrl-D leaves.`;

/** What `columns` is in the shell: name -> what it holds. */
export const COLUMN_DOCS: Readonly<Record<string, string>> = Object.fromEntries(
  OPEN_FILE_FIELDS.map(({ name, type, unit, doc }) => [name, `${type}${unit === null ? '' : `, ${unit}`}: ${doc}`]),
);

function wrapped(text: string): string {
  return text.replace(/(.{1,68}),( |$)/g, '$1,\n         ').trimEnd();
}
