import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RequestWish, requestPlan, serverName } from '../../../src/measure/load/request-plan.ts';
import { UsageError } from '../../../src/model/error.ts';

const wish = (parts: Partial<RequestWish> = {}): RequestWish => ({
  method: null,
  headers: [],
  body: null,
  keepAlive: false,
  ...parts,
});
const plan = (text: string, parts: Partial<RequestWish> = {}) => requestPlan(text, wish(parts));

describe('what is requested', () => {
  it.each([
    ['http://127.0.0.1:8080/a?b=c', 'GET', '127.0.0.1', 8080, '/a?b=c'],
    ['http://localhost', 'GET', 'localhost', 80, '/'],
    ['https://[::1]/x', 'GET', '::1', 443, '/x'],
    ['localhost:3000/a', 'GET', 'localhost', 3000, '/a'],
    ['shop.example/a', 'GET', 'shop.example', 80, '/a'],
    [':8080/path', 'GET', '127.0.0.1', 8080, '/path'],
    [':8080', 'GET', '127.0.0.1', 8080, '/'],
    [':8080?page=2', 'GET', '127.0.0.1', 8080, '/?page=2'],
    [':8080#part', 'GET', '127.0.0.1', 8080, '/'],
    ['8080/path', 'GET', '127.0.0.1', 8080, '/path'],
    ['127.0.0.1/path', 'GET', '127.0.0.1', 80, '/path'],
    ['[::1]:8080', 'GET', '::1', 8080, '/'],
    ['POST :8080/upload', 'POST', '127.0.0.1', 8080, '/upload'],
    ['  HEAD   http://127.0.0.1/  ', 'HEAD', '127.0.0.1', 80, '/'],
    ['http://127.0.0.1/ä b', 'GET', '127.0.0.1', 80, '/%C3%A4%20b'],
  ])('%j', (text, method, host, port, path) => {
    expect(plan(text)).toMatchObject({ method, host, port, path });
  });

  it.each(['', ' ', 'ftp://127.0.0.1/', 'http://', 'http://:80/', ':99999/', 'http://a b/'])(
    '%j is refused',
    (text) => {
      expect(() => plan(text)).toThrow(UsageError);
    },
  );

  it.each(['unix:/run/app.sock', 'http+unix://%2Frun%2Fapp.sock/x', '/run/app.sock', './app.socket'])(
    '%j is told to be no address',
    (text) => {
      expect(() => plan(text)).toThrow('a unix socket cannot be asked by itself');
    },
  );

  it('is known by the words it was given by, without the method', () => {
    expect(plan('POST :8080/upload').url).toBe(':8080/upload');
    expect(plan(' http://127.0.0.1 ').url).toBe('http://127.0.0.1');
  });

  it('is a POST with a body, and whatever method is asked for', () => {
    const body = Buffer.from('ä');
    expect(plan(':80', { body })).toMatchObject({ method: 'POST', body });
    expect(plan(':80', { body }).headers).toMatchObject({
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': '2',
    });
    expect(plan('PUT :80', { body }).method).toBe('PUT');
    expect(plan('PUT :80', { method: 'DELETE' }).method).toBe('DELETE');
    expect(() => plan(':80', { method: 'G E T' })).toThrow('--method G E T: wants a method');
  });

  it('of any URL goes where the URL goes', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] }), (text) => {
        const url = new URL(text);
        const { host, path, secure, headers } = plan(text);
        expect(host).toBe(url.hostname);
        expect(path).toBe(url.pathname + url.search);
        expect(secure).toBe(text.startsWith('https'));
        expect(headers.Host).toBe(url.host);
      }),
      { numRuns: 30 },
    );
  });

  it('of any text is a plan or a sentence', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `http://${text}`),
        ),
        (text) => {
          try {
            const { port, path } = plan(text);
            expect(port).toBeLessThan(65_536);
            expect(path).toMatch(/^\/[!-~]*$/);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });

  it('asks for a name over TLS, for an address none', () => {
    expect(serverName(plan('https://shop.example/'))).toBe('shop.example');
    expect(serverName(plan('https://127.0.0.1/'))).toBeUndefined();
    expect(serverName(plan('https://[::1]/'))).toBeUndefined();
  });
});

describe('headers', () => {
  const headers = (...given: string[]) => plan(':80', { headers: given }).headers;

  it('are added, and take the place of ours whatever their case', () => {
    expect(headers('X-Key: 7', 'user-agent:me', 'Empty:')).toEqual({
      Host: '127.0.0.1',
      'User-Agent': 'me',
      Accept: '*/*',
      'X-Key': '7',
      Empty: '',
    });
  });

  it.each(['no colon', ': value', 'a b: c', 'X: a\r\nY: b', 'X: \0', 'X: \u001b[31m', 'X: \u007f'])(
    '%j is refused',
    (text) => {
      expect(() => headers(text)).toThrow("wants 'Name: value'");
    },
  );

  it('go out as the bytes that were typed', () => {
    expect(headers('X-Name: Müller')['X-Name']).toBe('MÃ¼ller');
  });

  it('hold a name and a password of the URL, escaped or not', () => {
    const authorization = (text: string) => {
      const value = plan(text).headers.Authorization ?? '';
      return Buffer.from(value.replace('Basic ', ''), 'base64').toString();
    };
    expect(authorization('http://me:p%40ss@127.0.0.1/')).toBe('me:p@ss');
    expect(authorization('http://50%:x@127.0.0.1/')).toBe('50%:x');
    expect(plan(':80').headers.Authorization).toBeUndefined();
  });
});
