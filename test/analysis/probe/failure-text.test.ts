import { describe, expect, it } from 'vitest';
import { failureText, unansweredHint } from '../../../src/analysis/probe/failure-text.ts';

describe('why requests failed', () => {
  it.each([
    ['ECONNRESET', 'closed without an answer, ECONNRESET'],
    ['timeout', 'not answered in time'],
    ['HPE_INVALID_CONSTANT', 'the answer was no HTTP, HPE_INVALID_CONSTANT'],
    ['EPROTO', 'no TLS, EPROTO'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS, ERR_SSL_WRONG_VERSION_NUMBER'],
    ['EHOSTUNREACH', 'EHOSTUNREACH'],
  ])('%s', (code, text) => {
    expect(failureText(code)).toBe(text);
  });

  it('tells what to try instead', () => {
    expect(unansweredHint(['EPROTO'], true)).toContain('http:// instead of https://');
    expect(unansweredHint(['ECONNRESET'], false)).toContain('https:// instead of http://');
    expect(unansweredHint(['HPE_INVALID_CONSTANT'], false)).toContain('does that port speak HTTP?');
    expect(unansweredHint(['timeout'], true)).toContain('--timeout');
    expect(unansweredHint(['EHOSTUNREACH'], false)).toBeNull();
  });
});
