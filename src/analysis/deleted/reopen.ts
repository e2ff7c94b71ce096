/** How a program is told to close its logs and open them anew by name, as its own documentation has it. */
export interface Reopening {
  /** COMMAND label, cut or not. */
  readonly command: RegExp;
  /** To the first process of its family; null where no signal does it. */
  readonly signal: 'HUP' | 'USR1' | null;
  /** What to type instead of a signal, or where no pid is known; null where only the signal does it. */
  readonly line: string | null;
  /** What that does beside reopening; null where it does nothing else. */
  readonly also: string | null;
  /** Where it is documented. */
  readonly source: string;
}

const REOPENING: readonly Reopening[] = [
  {
    command: /^nginx/,
    signal: 'USR1',
    line: 'nginx -s reopen',
    also: null,
    source: 'nginx.org/en/docs/control.html, "Rotating Log-files"',
  },
  {
    command: /^(?:apache2|httpd)$/,
    signal: 'USR1',
    line: 'apachectl graceful',
    also: 'reloads its configuration; old workers keep the file until their last request ends',
    source: 'httpd.apache.org/docs/2.4/stopping.html, "Graceful Restart"',
  },
  {
    command: /^gunicorn/,
    signal: 'USR1',
    line: null,
    also: null,
    source: 'docs.gunicorn.org, "Signal Handling": USR1 reopens the log files',
  },
  {
    command: /^unicorn/,
    signal: 'USR1',
    line: null,
    also: null,
    source: 'unicorn, SIGNALS: USR1 reopens all logs owned by the master and all workers',
  },
  {
    command: /^uwsgi/,
    signal: null,
    line: 'echo l > MASTER-FIFO',
    also: 'needs --master-fifo and --log-master; USR1 only prints statistics',
    source: 'uwsgi-docs.readthedocs.io, "The Master FIFO": l reopens the log file',
  },
  {
    command: /^rsyslogd$|^rs:main/,
    signal: 'HUP',
    line: 'systemctl kill -s HUP rsyslog.service',
    also: null,
    source: 'rsyslog.com, compatibility notes for v4: HUP closes open files',
  },
  {
    command: /^postgres$/,
    signal: null,
    line: 'pg_ctl logrotate -D DATA-DIRECTORY',
    also: 'for its log; a deleted table file is closed when the session that holds it ends',
    source: 'postgresql.org/docs, pg_ctl: logrotate',
  },
];

/** What is documented of a program; null for one that is not in the table. */
export function reopeningOf(command: string | null): Reopening | null {
  return command === null ? null : (REOPENING.find((entry) => entry.command.test(command)) ?? null);
}
