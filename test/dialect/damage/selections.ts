import { around, assemble, type Damage, each, isHeader, type TrueLine } from './lines.ts';

const sorted = (lines: readonly TrueLine[]): TrueLine[] =>
  [...lines].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));

/** Lines left out, added, moved or cut. */
export const SELECTIONS: Record<string, Damage> = {
  headerless: (lines) => assemble(lines.filter((line) => !isHeader(line))),
  'every third row': (lines) => assemble(lines.filter((line, index) => isHeader(line) || index % 3 === 0)),
  sorted: (lines) => assemble(sorted(lines)),
  'counted by uniq -c': (lines) =>
    assemble(
      sorted(lines).map(({ text, truth }, i) => ({ text: `${String(((i * 7) % 5) + 1).padStart(7)} ${text}`, truth })),
    ),
  'headerless, counted by uniq -c': (lines) =>
    assemble(
      sorted(lines)
        .filter((line) => !isHeader(line))
        .map(({ text, truth }, i) => ({ text: `${String(((i * 7) % 5) + 1).padStart(7)} ${text}`, truth })),
    ),
  'its head cut off within a row': (lines) => {
    // The next row must be of the same process: nothing else tells that a COMMAND was cut.
    const from = lines.findIndex(
      ({ truth }, i) =>
        i > 5 && truth && truth[1] === lines[i + 1]?.truth?.[1] && truth[0] === lines[i + 1]?.truth?.[0],
    );
    return assemble(lines.slice(from).map((line, i) => (i > 0 ? line : { text: line.text.slice(2), truth: null })));
  },
  'warnings between': (lines) =>
    assemble(
      lines.map((line, index) => ({
        ...line,
        extra:
          index % 40 === 7
            ? [
                "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system /run/user/1000/gvfs",
                '      Output information may be incomplete.',
              ]
            : [],
      })),
    ),
  'omissions between': (lines) =>
    assemble(lines.map((line, index) => ({ ...line, extra: index % 30 === 11 ? ['...', ''] : [] }))),
  'prompts around': (lines) =>
    assemble([...around('$ sudo lsof'), ...lines, ...around('^C', 'user@host:~$ ', '[root@db1 ~]# exit')]),
  'a login around': (lines) =>
    assemble([
      ...around(
        'Welcome to Ubuntu 22.04.4 LTS (GNU/Linux 5.15.0-105-generic x86_64)',
        '',
        ' * Documentation:  https://help.ubuntu.com',
        'Last login: Sat Nov 21 12:00:01 2026 from 192.0.2.7',
        'deploy@db1:~$ sudo lsof -nP',
        '[sudo] password for deploy: ',
      ),
      ...lines,
      ...around('deploy@db1:~$ logout', 'Connection to db1 closed.'),
    ]),
  'a screen of watch': (lines) =>
    assemble([...around('Every 2.0s: lsof -nP                    db1: Sat Nov 21 12:00:01 2026', ''), ...lines]),
  'a listing of script(1)': (lines) =>
    assemble(
      [
        ...around(
          'Script started on 2026-11-21 12:00:01+00:00 [TERM="xterm-256color" TTY="/dev/pts/0" COLUMNS="200" LINES="50"]',
          '\u001b]0;root@db1: ~\u0007\u001b[?2004hroot@db1:~# lsof -nP',
          '\u001b[?2004l',
        ),
        ...lines,
        ...around(
          '\u001b[?2004hroot@db1:~# exit',
          '',
          'Script done on 2026-11-21 12:00:09+00:00 [COMMAND_EXIT_CODE="0"]',
        ),
      ],
      '\r\n',
    ),
  'a fence of a page': (lines) =>
    assemble([...around('Here is what I see:', '', '```console'), ...lines, ...around('```')]),
  'a code block of Jira': (lines) =>
    assemble([...around('{code:title=lsof|borderStyle=solid}'), ...lines, ...around('{code}')]),
  'blank lines between': (lines) => assemble(lines.map((line) => ({ ...line, extra: [''] }))),
  'header repeated': (lines) => {
    const header = lines.find(isHeader);
    return assemble(lines.flatMap((line, index) => (header && index % 50 === 49 ? [line, header] : [line])));
  },
  'cut at 120 columns': (lines) => {
    // A raw newline in a name (toybox) leaves words below a line of full width, which nobody can tell from a wrapped name.
    const raw = lines.findIndex(({ truth }, i) => i > 0 && !truth);
    return assemble(
      lines.slice(0, raw < 0 ? undefined : raw - 1).flatMap(({ text, truth }) => {
        if (!truth || text.length <= 120) return [{ text: text.slice(0, 120), truth }];
        const [command, pid, user, fd, type, name] = truth;
        const lost = text.trimEnd().length - 120;
        const cut = name.slice(0, Math.max(0, name.length - lost)).trimEnd();
        return cut === '' ? [] : [{ text: text.slice(0, 120), truth: [command, pid, user, fd, type, cut] as const }];
      }),
    );
  },
  'quoted in mail, answered below': (lines) => {
    const quoted = each(lines, (text) => `> ${text}`);
    return {
      ...quoted,
      text: `On Sat, Nov 21, 2026 at 12:00, Ann Onym wrote:\n${quoted.text}\nThanks!\n`,
      truth: new Map([...quoted.truth].map(([line, row]) => [line + 1, row])),
    };
  },
};
