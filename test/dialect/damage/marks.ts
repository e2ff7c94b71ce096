import { assemble, type Damage, each, isHeader } from './lines.ts';

const clock = (index: number): string => new Date(1_795_262_401_000 + index * 170).toISOString();

/** What stands in front of every line, or behind it. */
export const MARKS: Record<string, Damage> = {
  'comment signs': (lines) => each(lines, (text) => `# ${text}`),
  'quote signs': (lines) => each(lines, (text) => `> ${text}`),
  'quotes in quotes': (lines) => each(lines, (text) => `> > ${text}`),
  'diff plus': (lines) => each(lines, (text) => `+${text}`),
  bullets: (lines) => each(lines, (text) => `- ${text}`),
  'round bullets': (lines) => each(lines, (text) => `\u2022 ${text}`),
  'indent of four': (lines) => each(lines, (text) => `    ${text}`),
  'tab indent': (lines) => each(lines, (text) => `\t${text}`),
  'only the rows indented': (lines) => each(lines, (text) => (text.startsWith('COMMAND') ? text : `  ${text}`)),
  'words before the header': (lines) => each(lines, (text) => (text.startsWith('COMMAND') ? `Output: ${text}` : text)),
  'line numbers': (lines) => each(lines, (text, index) => `${index + 1}:${text}`),
  'numbers of cat -n': (lines) => each(lines, (text, index) => `${String(index + 1).padStart(6)}\t${text}`),
  'numbers of less -N': (lines) => each(lines, (text, index) => `${String(index + 1).padStart(7)} ${text}`),
  'numbers of an editor': (lines) => each(lines, (text, index) => `${String(index + 1).padStart(4)} | ${text}`),
  'names of grep -H': (lines) => each(lines, (text) => `dump.txt:${text}`),
  'names of grep -Hn': (lines) => each(lines, (text, index) => `/tmp/dump-1.txt:${index + 1}:${text}`),
  'context of grep': (lines) =>
    each(lines, (text, index) => {
      const sign = index % 3 === 0 ? ':' : '-';
      return `dump.txt${sign}${index + 1}${sign}${text}`;
    }),
  'syslog in front': (lines) =>
    each(lines, (text, index) => {
      const at = clock(index);
      return `Nov ${at.slice(8, 10)} ${at.slice(11, 19)} db1 fdcheck[${900 + index}]: ${text}`;
    }),
  'a log in front': (lines) => each(lines, (text, index) => `${clock(index).replace('T', ' ')} INFO lsof - ${text}`),
  'a log in brackets': (lines) =>
    each(lines, (text, index) => `[${clock(index).replace('T', ' ').slice(0, 19)}] ${text}`),
  'docker logs -t': (lines) => each(lines, (text, index) => `${clock(index).slice(0, -1)}123456Z ${text}`),
  'docker compose logs': (lines) => each(lines, (text) => `web_1  | ${text}`),
  'kubectl logs --prefix': (lines) => each(lines, (text) => `[pod/web-7d4b9-x2x/app] ${text}`),
  'cri log': (lines) => each(lines, (text, index) => `${clock(index)} stdout F ${text}`),
  'kernel log': (lines) => each(lines, (text, index) => `[${(index / 7 + 1234).toFixed(6).padStart(12)}] ${text}`),
  'ansible in front': (lines) => each(lines, (text) => `db1.example.com | ${text}`),
  'pssh in front': (lines) => each(lines, (text) => `db1: ${text}`),
  'line ends of cat -A': (lines) => each(lines, (text) => `${text}$`),
  CRLF: (lines) => assemble(lines, '\r\n'),
  'trailing blanks cut': (lines) => each(lines, (text) => text.trimEnd()),
  'trailing blanks added': (lines) => each(lines, (text) => `${text}   `),
};

/** The same without their header, where nothing tells what stands in front but the rows. */
export const HEADERLESS_MARKS: Record<string, Damage> = Object.fromEntries(
  Object.entries(MARKS)
    .filter(([name]) => !/header|only the rows/.test(name))
    .map(([name, damage]) => [`headerless, ${name}`, (lines) => damage(lines.filter((line) => !isHeader(line)))]),
);
