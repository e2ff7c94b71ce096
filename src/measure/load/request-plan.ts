import { isIP } from 'node:net';
import { UsageError } from '../../model/error.ts';

/** A request that is sent again and again. */
export interface RequestPlan {
  /** As given, which is what people know it by. */
  readonly url: string;
  readonly method: string;
  readonly secure: boolean;
  /** Name or address as in the URL, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Send all requests over few connections instead of one each. */
  readonly keepAlive: boolean;
}

export interface RequestWish {
  /** null = GET, or POST where there is a body. */
  readonly method: string | null;
  /** `Name: value` each. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  readonly keepAlive: boolean;
}

/** What no header value may hold (RFC 9110, section 5.5). */
const CONTROL = /[^\t\P{Cc}]/u;
const METHOD = /^[A-Z][A-Z-]{0,30}$/;

/**
 * Reads `http://host:port/path`, `host:port/path`, `:8080/path` or `METHOD URL`.
 *
 * @throws UsageError for what is none of these
 */
export function requestPlan(text: string, wish: RequestWish): RequestPlan {
  const [, named, given = text] = /^([A-Z]+)\s+(\S.*)$/.exec(text.trim()) ?? [];
  const method = wish.method ?? named ?? (wish.body === null ? 'GET' : 'POST');
  if (!METHOD.test(method)) throw new UsageError(`--method ${method}: wants a method such as GET or POST.`);
  refuseUnixSocket(given.trim());
  const address = addressOf(given.trim());
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(`${text}: wants a URL of a service on this machine.`, 'leaksof probe http://127.0.0.1:8080/');
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    url: given.trim(),
    method,
    secure,
    host,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: headersOf(url, wish),
    body: wish.body,
    keepAlive: wish.keepAlive,
  };
}

/** A socket in the file system, in the ways that curl, Docker and proxies write it. */
const UNIX_SOCKET = /^(?:(?:https?\+unix:\/\/|unix:)|[.~]{0,2}\/.*\.sock(?:et)?\b)/i;

function refuseUnixSocket(text: string): void {
  if (!UNIX_SOCKET.test(text)) return;
  throw new UsageError(
    `${text}: wants a URL with an address; a unix socket cannot be asked by itself.`,
    'give the URL of the proxy in front of it, or of: socat TCP-LISTEN:8080,bind=127.0.0.1,fork UNIX-CONNECT:/run/app.sock   (with --pid PID of the service)',
  );
}

/** What people type where a browser would know what they mean. */
function addressOf(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (/^:?\d+(?:[/?#]|$)/.test(text)) return `http://127.0.0.1:${text.replace(/^:/, '')}`;
  return `http://${text}`;
}

function headersOf(url: URL, { headers, body }: RequestWish): Record<string, string> {
  const made: Record<string, string> = { Host: url.host, 'User-Agent': 'leaksof', Accept: '*/*' };
  if (url.username !== '') {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    made.Authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  if (body !== null) {
    made['Content-Type'] = 'application/x-www-form-urlencoded';
    made['Content-Length'] = String(body.length);
  }
  for (const header of headers) {
    const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/s.exec(header) ?? [];
    if (name === undefined || CONTROL.test(value)) {
      throw new UsageError(`--header ${JSON.stringify(header)}: wants 'Name: value'.`);
    }
    const known = Object.keys(made).find((other) => other.toLowerCase() === name.toLowerCase());
    // Headers are bytes to the server and Latin-1 to Node: what was typed goes out as it was typed.
    made[known ?? name] = Buffer.from(value).toString('latin1');
  }
  return made;
}

/** Part of a URL with its escapes resolved; as it is where they are none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The host as TLS asks for it; undefined for an address, which has no name to send. */
export function serverName({ host }: RequestPlan): string | undefined {
  return isIP(host) === 0 ? host : undefined;
}
