// Writes what is made from the program's own definitions: docs/leaksof.1, docs/columns.md and src/schema/open-file.json.
// `--check` writes nothing and fails where a file is stale.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

function leaksof(...words) {
  const program = fileURLToPath(new URL('bin/leaksof.js', root));
  return execFileSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** As `npm run lint` wants it. */
function formatted(name, text) {
  const biome = fileURLToPath(new URL('node_modules/@biomejs/biome/bin/biome', root));
  const words = [biome, 'format', `--stdin-file-path=${name}`];
  return execFileSync(process.execPath, words, { cwd: fileURLToPath(root), input: text, encoding: 'utf8' });
}

const fields = leaksof('--list-columns', '--format', 'ndjson')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

function columnsPage() {
  const cell = (text) => (text ?? '').replaceAll('|', '\\|');
  const rows = fields.map(
    ({ name, type, unit, doc, source }) => `| \`${name}\` | ${type} | ${cell(unit)} | ${cell(doc)} | ${cell(source)} |`,
  );
  return formatted(
    'columns.md',
    `# The fields of an open file

What \`leaksof export\` prints for every row, in this order, and what the columns of a DataFrame in \`leaksof shell\` are.
A field that the source does not give is \`null\` (an empty cell in CSV and TSV). This page is made from
\`leaksof --list-columns\`.

| field | type | unit | meaning | from |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

In CSV and TSV, control, bidirectional and invisible characters are shown as \`\\xNN\` or \`\\u{...}\`, and text that a
spreadsheet would take for a formula (it begins with \`=\`, \`+\`, \`-\` or \`@\`) gets a leading \`'\`; numbers stay numbers.
NDJSON keeps every value as it is: there such characters are written as \`\\uNNNN\`, which any JSON reader undoes.
`,
  );
}

function rowSchema() {
  const never = new Set(['listing', 'class']);
  const common = JSON.parse(readFileSync(new URL('src/schema/common.json', root), 'utf8'));
  const property = ({ name, type, unit, doc }) => {
    const description = unit === null ? doc : `${doc} (${unit})`;
    if (name === 'class') return { description, enum: common.$defs.class.enum };
    // Numbers above 2^53 are strings of digits.
    const types = name === 'size' || name === 'offset' ? ['number', 'string'] : [type];
    return { description, type: never.has(name) ? types[0] : [...types, 'null'] };
  };
  return formatted(
    'schema.json',
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'open-file.json',
      title: 'One line of leaksof export --format ndjson',
      type: 'object',
      required: fields.map(({ name }) => name),
      additionalProperties: false,
      properties: Object.fromEntries(fields.map((field) => [field.name, property(field)])),
    }),
  );
}

/** Every command's own help, so that it can be read without the program. */
function commandsPage() {
  const help = leaksof('--help');
  const names = [...leaksof('complete', '--', '').matchAll(/^(\w+)\t/gm)].map(([, name]) => name);
  const blocks = names.map((name) => `## leaksof ${name}\n\n\`\`\`text\n${leaksof(name, '--help')}\`\`\``);
  return `# Commands

What \`leaksof --help\` and \`leaksof COMMAND --help\` print. The manual page, [leaksof.1](leaksof.1), is made from the same
definitions: \`leaksof --man | man -l -\`.

\`\`\`text
${help}\`\`\`

${blocks.join('\n\n')}
`;
}

const files = {
  'docs/commands.md': formatted('commands.md', commandsPage()),
  'docs/leaksof.1': leaksof('--man'),
  'docs/columns.md': columnsPage(),
  'src/schema/open-file.json': rowSchema(),
};

for (const [path, text] of Object.entries(files)) {
  const file = new URL(path, root);
  const stale = !existsSync(file) || readFileSync(file, 'utf8') !== text;
  if (!stale) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is stale: run node docs/generate.js\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
