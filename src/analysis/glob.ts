/**
 * A glob as a predicate: `*` is any run of characters (across `/` too), `?` any one, `[abc]` and `[!abc]` a choice,
 * `\` takes the next character as it is. Case-sensitive; the whole text must match.
 */
export function globMatcher(glob: string): (text: string) => boolean {
  let pattern = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] as string;
    const choice = char === '[' ? /^\[(!?)(\]?[^\]]*)\]/.exec(glob.slice(at)) : null;
    if (char === '*') pattern += '.*';
    else if (char === '?') pattern += '.';
    else if (choice) {
      pattern += `[${choice[1] ? '^' : ''}${(choice[2] as string).replace(/[\\\]^]/g, '\\$&')}]`;
      at += choice[0].length - 1;
    } else if (char === '\\' && at + 1 < glob.length) pattern += literal(glob[++at] as string);
    else pattern += literal(char);
  }
  const whole = new RegExp(`^${pattern}$`, 's');
  return (text) => whole.test(text);
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** True for text that any of the globs matches. */
export function anyGlob(globs: readonly string[]): (text: string) => boolean {
  const matchers = globs.map(globMatcher);
  return (text) => matchers.some((matches) => matches(text));
}
