/** Errors of a connection in words. */
const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed without an answer',
  EPIPE: 'closed without an answer',
  timeout: 'not answered in time',
  ETIMEDOUT: 'not answered in time',
};
/** What Node's parser of HTTP calls its errors. */
const NOT_HTTP = /^HPE_/;
/** What OpenSSL says of an answer that is no TLS. */
const NOT_TLS = /^(?:EPROTO|ERR_SSL_.*)$/;

/** Why a request failed: `closed without an answer, ECONNRESET`. */
export function failureText(code: string): string {
  const words =
    FAILURES[code] ?? (NOT_HTTP.test(code) ? 'the answer was no HTTP' : NOT_TLS.test(code) ? 'no TLS' : undefined);
  if (words === undefined) return code;
  return code === 'timeout' ? words : `${words}, ${code}`;
}

/** What to try where no request was answered; null if nothing is likely. */
export function unansweredHint(codes: Iterable<string>, secure: boolean): string | null {
  const all = [...codes];
  if (secure && all.some((code) => NOT_TLS.test(code)))
    return 'it does not speak TLS there: http:// instead of https://?';
  const mute = all.some((code) => NOT_HTTP.test(code) || code === 'ECONNRESET' || code === 'EPIPE');
  if (mute && !secure) return 'does that port speak HTTP? If it speaks TLS: https:// instead of http://';
  return mute || all.includes('timeout') ? 'does that port speak HTTP? If it is only slow: --timeout' : null;
}
