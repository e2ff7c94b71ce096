import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { GUNICORN_RECYCLED, type RunningReal, UWSGI } from '../support/servers/real-server.ts';
import { PATIENCE, probe } from './probe.ts';

/** The original incident: Bottle.mount and static_file under uWSGI, with its rule of 2014 for wsgi.file_wrapper. */
const uwsgi = requireTool('uwsgi', ['--version']);

/** Requests that show a file lost with each. */
const FEW = ['--requests', '400', '--settle', '1s'];

describe.skipIf(!uwsgi)('the incident under uWSGI', () => {
  let server: RunningReal;
  beforeAll(async () => {
    server = await UWSGI[2].start();
  });
  afterAll(() => server.stop());

  it('names the picture on the mounted route, in four workers, and not on the direct one', {
    timeout: PATIENCE,
  }, async () => {
    const { urls } = await probe(`${server.origin}/direct/cat.jpg`, `${server.origin}/mounted/cat.jpg`, ...FEW);
    const [mounted, direct] = urls;
    expect(mounted).toMatchObject({ url: `${server.origin}/mounted/cat.jpg`, verdict: 'leak' });
    expect(mounted.groups[0]).toMatchObject({ type: 'REG', class: 'regular', verdict: 'leak' });
    expect(mounted.groups[0].name).toMatch(/\/cat\.jpg$/);
    expect(mounted.perRequest.estimate).toBeCloseTo(1, 2);
    expect(mounted.perRequest.low).toBeLessThanOrEqual(1);
    expect(mounted.perRequest.high).toBeGreaterThanOrEqual(1);
    expect(direct).toMatchObject({ url: `${server.origin}/direct/cat.jpg`, verdict: 'clean' });
  });

  it('finds one pattern of unique names, and the bytes of deleted files', { timeout: PATIENCE }, async () => {
    const { urls } = await probe(`${server.origin}/uniq`, `${server.origin}/gone`, ...FEW);
    const [unique, gone] = ['/uniq', '/gone'].map((path) => urls.find(({ url }) => url.endsWith(path)));
    expect(unique?.groups.filter(({ verdict }) => verdict === 'leak')).toHaveLength(1);
    expect(unique?.groups[0].pattern).toMatch(/\*$/);
    const [deleted] = gone?.groups ?? [];
    expect(deleted).toMatchObject({ verdict: 'leak' });
    // Each request leaves 64 KiB behind.
    expect(deleted?.deletedBytes).toBe((deleted?.after ?? 0) * 65_536);
  });
});

describe.skipIf(!uwsgi)('a healthy route under uWSGI', () => {
  let server: RunningReal;
  beforeAll(async () => {
    server = await UWSGI[0].start();
  });
  afterAll(() => server.stop());

  it('is no leak where 8 files are opened lazily or the collector closes', { timeout: PATIENCE }, async () => {
    const { urls } = await probe(`${server.origin}/warm`, `${server.origin}/cycle`, '--settle', '1s');
    const [warm, cycle] = ['/warm', '/cycle'].map((path) => urls.find(({ url }) => url.endsWith(path)));
    expect(warm?.verdict).toBe('clean');
    expect(cycle?.verdict).not.toBe('leak');
  });
});

describe.skipIf(!requireTool('gunicorn', ['--version']))('workers that gunicorn recycles', () => {
  it('hide no leak', { timeout: PATIENCE }, async () => {
    const server = await GUNICORN_RECYCLED.start();
    try {
      const document = await probe(`${server.origin}/kept`, '--requests', '400', '--settle', '1s');
      expect(document.verdict).toBe('leak');
      expect(document.urls[0].recycledEvery).not.toBeNull();
      expect(Math.abs(document.perRequest.estimate - 1)).toBeLessThanOrEqual(0.05);
    } finally {
      await server.stop();
    }
  });
});
