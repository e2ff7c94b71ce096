import { patternOf } from '../../model/pattern.ts';
import type { Tokens } from './token.ts';

/** Folders that every Unix has: they say what kind of file it is and nothing about whose. */
const COMMON_ROOTS = new Set(
  'bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin snap srv sys tmp usr var Users Library System Applications private'.split(
    ' ',
  ),
);

/** Devices that are the same everywhere. */
const COMMON_PATH = /^\/(?:dev\/(?:null|zero|full|random|urandom|console|tty|ptmx|fuse|kvm|shm)?)?$/;

/** Endings that say what kind of file it is. */
const COMMON_ENDING =
  /\.(?:so|log|txt|json|xml|html?|css|js|mjs|ts|py|pyc|rb|php|java|jar|class|c|h|go|rs|sh|conf|cfg|ini|ya?ml|toml|db|sqlite|sql|csv|tsv|jpe?g|png|gif|svg|webp|pdf|zip|gz|tar|zst|xz|tmp|pid|sock|lock|socket|dat|bin|idx|wal|shm|cache|bak|pem|key|crt|mp[34]|wav|ttf|woff)$/;

/**
 * A path with a token for every component, but for the folders of every Unix, the endings that say what kind of file it
 * is, and `/dev/null` and the like. What the pattern of the path blanks is an id in the result too, and two paths have one
 * pattern after it exactly if they had one before.
 */
export function redactPath(path: string, tokens: Tokens): string {
  if (COMMON_PATH.test(path)) return path;
  const components = path.split('/');
  const pattern = patternOf(path).split('/');
  const alike = pattern.length === components.length;
  return components
    .map((component, index) => {
      if (component === '' || component === '.' || component === '..') return component;
      if (index === 1 && components[0] === '' && COMMON_ROOTS.has(component)) return component;
      return redactComponent(component, alike ? (pattern[index] as string) : patternOf(component), tokens);
    })
    .join('/');
}

function redactComponent(component: string, pattern: string, tokens: Tokens): string {
  if (pattern === '*') return tokens.id('name', component);
  const ending = COMMON_ENDING.exec(pattern)?.[0] ?? '';
  const word = tokens.word('name', pattern);
  return pattern.includes('*') ? `${word}.${tokens.id('name', component)}${ending}` : `${word}${ending}`;
}
