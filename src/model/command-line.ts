const HIDDEN = '***';

/** Words that name a secret, as a part of an option's or variable's name. */
const SECRET =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth(?:orization)?|bearer|cookie|session[-_]?(?:id|key)';
const NAME = `[\\w.-]*?(?:${SECRET})[\\w.-]*`;

/** `--db-password=x`, `AWS_SECRET_ACCESS_KEY=x`, `"token": "x"`. */
const ASSIGNED = new RegExp(`((?:^|[\\s"'{,;&?-])${NAME}["']?\\s?[=:]\\s?)("[^"]*"|'[^']*'|[^\\s&;,]+)`, 'gi');
/** `--password x`. */
const FOLLOWING = new RegExp(`((?:^|\\s)--?${NAME}\\s+)(?!-)("[^"]*"|'[^']*'|\\S+)`, 'gi');
/** `scheme://user:password@host`. */
const USERINFO = /(\b[a-z][a-z\d+.-]*:\/\/[^\s/:@]*:)[^\s@]+(?=@)/gi;
/** `Authorization: Bearer x`. */
const HEADER = /(\b(?:bearer|basic|digest)\s+)[\w.~+/=-]{6,}/gi;
/** `mysql -psecret`, `mysqldump -psecret`. */
const MYSQL = /(\b(?:mysql|mariadb)[\w-]*\b.*?\s-p)[^\s=-]\S*/g;
/** `curl -u user:secret`, `wget --user=`. */
const CURL = /(\bcurl\b.*?\s(?:-u|--user)[\s=]?[^\s:]+:)\S+/g;

/** A command line with the values of what looks like secrets as `***`: a snapshot is something people send on. */
export function hideSecrets(commandLine: string): string {
  return commandLine
    .replace(USERINFO, `$1${HIDDEN}`)
    .replace(HEADER, `$1${HIDDEN}`)
    .replace(CURL, `$1${HIDDEN}`)
    .replace(MYSQL, `$1${HIDDEN}`)
    .replace(ASSIGNED, (_all, name: string) => `${name}${HIDDEN}`)
    .replace(FOLLOWING, (_all, name: string) => `${name}${HIDDEN}`);
}
