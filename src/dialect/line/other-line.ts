import type { ProcessFact } from '../../model/process.ts';
import { parseLimitLine } from './limit-line.ts';

/** A line that is understood and is no row. */
export interface OtherLine {
  readonly kind: 'blank' | 'warning' | 'prompt' | 'omission' | 'limits' | 'marker' | 'markup';
  /** A process's limits, for `limits` lines. */
  readonly fact?: ProcessFact;
  /** What the line says is missing from the listing, for warnings that say so. */
  readonly hidden?: string;
}

const BLANK: OtherLine = { kind: 'blank' };
const WARNING: OtherLine = { kind: 'warning' };
const PROMPT: OtherLine = { kind: 'prompt' };
const OMISSION: OtherLine = { kind: 'omission' };
const LIMITS: OtherLine = { kind: 'limits' };
const MARKER: OtherLine = { kind: 'marker' };
const MARKUP: OtherLine = { kind: 'markup' };

/** Only blanks and what quotes them: `>`, `#`, `|`. */
const EMPTY = /^[\s>#|]*$/;
/** Mail's and markdown's quoting in front of a line. */
const QUOTED = /^(?:[>|] ?)+(?=\S)/;

/** lsof talking on stderr, and the second lines of its warnings. */
const LSOF = /^(?:`{3})?lsof: |^(?:Output information may be incomplete|assuming "dev=)/;
const LSOF_LACKS = /may be incomplete|can't stat|may be hung|status error|no permission|Permission denied/;
/** lsof's usage, printed line by line after a wrong option. */
const LSOF_USAGE = /^(?:latest (?:revision|FAQ|\(non-formatted\) man page):|usage: \[-|Use the ``-h'' option)/;
/** Other programs on stderr: `sudo: ...`, `grep: /proc/12/limits: No such file or directory`, `-bash: line 1: ...`. */
const PROGRAM =
  /^(?:-?(?:ba|z|da|a|k|c|tc|fi)?sh|sudo|doas|su|grep|egrep|zgrep|awk|gawk|sed|head|tail|cat|cut|sort|uniq|wc|tee|xargs|timeout|watch|find|ls|ps|ssh|kubectl|adb|nsenter|prlimit|Warning|WARNING)(?:\[\d+\])?: \S|^\[sudo\] password for |^[Pp]assword(?: for \S+)?:$|^Every \d[\d.]*s: |^(?:Connection to \S+ closed|Last login: |Script (?:started|done) on )/;

/** Everything of `/proc/PID/limits` but the line that names a process. */
const LIMITS_LINE =
  /^(?:Max (?:open files|cpu time|file size|data size|stack size|core file size|resident set|processes|locked memory|address space|file locks|pending signals|msgqueue size|nice priority|realtime priority|realtime timeout)\s+(?:\d+|unlimited)\s|Limit\s+Soft Limit\s+Hard Limit|RESOURCE\s+DESCRIPTION\s+SOFT\s+HARD|NOFILE\s+max number of open files\s)/;

/** Lines left out by whoever pasted: dots, `[snip]`, `-- more --`, `(12 more lines)`, grep's `--`. */
const LEFT_OUT =
  /^(?:\.{2,}|…+|[[(<{]?(?:\.{3}|…|(?:snip|snipped|cut|truncated|omitted|output omitted|etc\.?|more)(?: .{0,30})?)[\])>}]?|(?:\.{3}|…) ?\(?\d+ (?:more )?(?:lines|rows).{0,30}|-{2,} ?(?:more|snip|cut|8<).{0,20}|--|~|\(END\)|lines \d+-\d+(?:\/\d+)?.{0,20}|省略.*|.{0,10}省略|以下略)$/i;

/** Fences and tags of the places where listings are pasted. */
const FENCE =
  /^(?:`{3,}[\w-]*|~{3,}[\w-]*|\{(?:code|noformat)(?::[^}]*)?\}|\[\/?code\]|<\/?(?:pre|code|details|summary)\b[^>]*>.*)$/i;

/** `user@host:~$ `, `[root@host ~]# `, `host:~ user$ `, `host:~# `, `~ # `, `(venv) user@host % `, with or without a command behind. */
const HOST_PROMPT =
  /^(?:\([\w.-]+\) ?)?(?:[\w.-]{1,64}@[\w.-]{1,64}(?:[:~ ].{0,200}?)?|\[[^\]@]{1,64}@[^\]]{1,200}\]|[\w.-]{1,64}:\S{1,100} [\w.-]{1,32}|[\w.-]{1,64}:[~/][\w./~-]{0,100}|(?:ba|da|a)?sh-[\d.]+|[~/][\w./-]{0,100} |PS [A-Z]:\\.{0,100})[$#%>❯](?:\s.*)?$/;
/** A bare prompt sign. `#` and `>` also quote rows, so what follows must look like a command. */
const BARE_PROMPT = /^(?:[$%❯➜λ]\s+\S|[$#%❯]$)/;
const COMMAND_WORD =
  '(?:lsof|lsfd|fstat|procstat|pfiles|procfiles|ls|ll|find|ps|pgrep|pidof|cat|grep|egrep|zgrep|awk|sort|uniq|head|tail|wc|ulimit|prlimit|ss|netstat|fuser|top|cd|for|while|do|done|date|sleep|watch|echo|kill|strace|docker|podman|kubectl|crictl|nsenter|ssh|adb|busybox|toybox|systemctl|journalctl|service|sysctl|uname|whoami|hostname|exit|logout|su)';
/** A command line, given away by an option, a path, a pipe, a variable or nothing behind its first word. */
const COMMAND = new RegExp(
  String.raw`^(?:[#>+]+ ?)?(?:time |sudo (?:-\w+ (?:\w+ )?)?|doas |exec |nohup )?(?:\S{0,100}/)?${COMMAND_WORD}(?:\s+(?:[-+/|>&;$"'(~.*{]|2>).*|\s*[|;&].*)$|^[#>] ${COMMAND_WORD}$`,
);
/** Commands that take a bare number and are no name of a leaking process. */
const NUMBER_COMMAND =
  /^[#>$%] (?:sudo )?(?:\S{0,100}\/)?(?:pfiles|procfiles|procstat|kill|pmap|strace|pwdx|renice)(?: [\w.-]+)*$/;
/** A lister whose rows went through a filter, and what makes counts of them: then no rows follow. */
const FILTERED =
  /\b(?:lsof|lsfd|ls|ll|find|fstat|procstat|pfiles|procfiles)\b[^|]*\|\s*(?:sudo )?(?:[^|]*\|\s*)?(?:head|tail|z?e?f?grep|rg|awk|sed)\b.*/;
const COUNTED = /\|\s*(?:wc|uniq|xargs|sort -\w*u)\b|grep -\w*c\b/;
const REMOTE_COMMAND =
  /^(?:[#>$] )?(?:sudo )?(?:(?:kubectl|oc|docker|podman|crictl|nerdctl) (?:-\S+ ){0,4}(?:exec|run|debug|ps|get|top|logs) \S|adb shell \S|ssh [a-zA-Z-]\S* \S)/;
const KEYS =
  /^(?:\^[CZD\\]|logout$|exit$|\[\d+\]\s?[+-]?\s+(?:Stopped|Done|Killed|Terminated|Exit|Running|\d+$)|(?:Killed|Terminated|Stopped|Aborted)$)/;
/** What date(1) prints between the rounds of a loop. */
const DATE =
  /^(?:[A-Z][a-z]{2} ){1,2} ?\d{1,2} (?:[A-Z][a-z]{2} \d{4} )?\d{2}:\d{2}:\d{2}(?: [AP]M)?(?: [A-Z+-][A-Za-z\d]{1,5})?(?: \d{4})?$/;

/** A descriptor followed by a type: whatever else the line says, it may be a row. */
const ROW_LIKE =
  /\s(?:\*?\d+[rwu-]?[A-Za-z]?|cwd|rtd|txt|mem|DEL|NOFD)\s+(?:REG|DIR|CHR|BLK|FIFO|LINK|PIPE|KQUEUE|IPv[46]|unix|sock|a_inode|netlink|unknown|\?{3})\s/;

/** Bytes of a line that are looked at: what this file knows is shorter. */
const LOOKED_AT = 2048;
/** Of a command line, what is shown. */
const SHOWN = 120;

/**
 * Recognises the lines that surround a listing in any dialect: stderr mixed in, shell prompts, `...`, limit lines.
 * Asked only for lines that are no row of the dialect, so it may be slow, but it must never claim a row.
 */
export function recogniseOther(line: string): OtherLine | null {
  if (EMPTY.test(line)) return line.trim() === '' || /[>|]/.test(line) ? BLANK : PROMPT;
  const text = line.slice(0, LOOKED_AT).trim();
  return recognise(line, text) ?? (QUOTED.test(text) ? recognise(line, text.replace(QUOTED, '')) : null);
}

function recognise(line: string, text: string): OtherLine | null {
  const fact = parseLimitLine(text);
  if (fact) return { kind: 'limits', fact };
  if (LSOF.test(text)) return LSOF_LACKS.test(text) ? { kind: 'warning', hidden: text } : WARNING;
  if (LIMITS_LINE.test(text)) return LIMITS;
  if (/^={3,}$/.test(text)) return MARKER;
  if (LEFT_OUT.test(text)) return OMISSION;
  if (FENCE.test(text)) return MARKUP;
  if (line.length > LOOKED_AT || ROW_LIKE.test(text)) return null;
  if (LSOF_USAGE.test(text) || PROGRAM.test(text)) return WARNING;
  if (
    HOST_PROMPT.test(text) ||
    BARE_PROMPT.test(text) ||
    COMMAND.test(text) ||
    NUMBER_COMMAND.test(text) ||
    REMOTE_COMMAND.test(text) ||
    KEYS.test(text) ||
    DATE.test(text)
  )
    return filtered(text) ?? PROMPT;
  return null;
}

/** Rows that a filter of the command line kept are not all there were. */
function filtered(text: string): OtherLine | null {
  const command = text.split(/;|&&/).find((part) => FILTERED.test(part) && !COUNTED.test(part));
  const shown = command === undefined ? undefined : FILTERED.exec(command)?.[0].trimEnd();
  return shown === undefined ? null : { kind: 'prompt', hidden: `what was left out by: ${shown.slice(0, SHOWN)}` };
}
