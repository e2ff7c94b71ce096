import { constants, Script } from 'node:vm';

/**
 * Runs code in the global scope and gives the value of its last expression. An object literal is a value; `await` works
 * at the top level, and a promise is waited for.
 *
 * @throws whatever the code throws, and SyntaxError
 */
export async function evaluate(code: string): Promise<unknown> {
  return compiled(code).runInThisContext();
}

function compiled(code: string): Script {
  // An expression first, or `{a: 1}` would be a block.
  const plain = attempt(`(${code}\n)`) ?? attempt(code);
  if (plain) return plain;
  // With `await`: an expression, or statements of which the last one is returned if it is an expression.
  const trimmed = code.replace(/[;\s]+$/, '');
  const whole = attempt(`(async () => (${trimmed}\n))()`);
  if (whole) return whole;
  for (let at = trimmed.length - 1; at > 0; at--) {
    if (trimmed[at] !== ';' && trimmed[at] !== '\n') continue;
    const split = attempt(`(async () => {${trimmed.slice(0, at + 1)}\nreturn (${trimmed.slice(at + 1)}\n);})()`);
    if (split) return split;
  }
  const statements = attempt(`(async () => {${code}\n})()`);
  return statements ?? script(code);
}

function script(code: string): Script {
  return new Script(code, {
    filename: 'eval',
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

function attempt(code: string): Script | null {
  try {
    return script(code);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
