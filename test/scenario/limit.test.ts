import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startServer } from '../support/matrix/start.ts';
import { TROUBLED } from '../support/matrix/troubled.ts';
import { PATIENCE, probe } from './probe.ts';

async function probed(name: string, ...words: readonly string[]) {
  const server = TROUBLED.find((one) => one.name === name);
  if (server === undefined) throw new Error(`no server is called ${name}`);
  const running = await startServer(server);
  try {
    const document = await probe(running.url, ...words);
    const [{ opened }] = running.truth();
    return { document, opened };
  } finally {
    await running.stop();
  }
}

describe('probe of a service near its limit', () => {
  it('uses no more than half of the headroom that a limit of 256 leaves', { timeout: PATIENCE }, async () => {
    const { document, opened } = await probed('limit of 256');
    const [{ before, softLimit }] = document.processes;
    expect(document.verdict).toBe('leak');
    expect(document.urls[0].stopped).toBe('headroom');
    expect(softLimit).toBe(256);
    expect(opened).toBeLessThanOrEqual((256 - (before ?? 0)) / 2 + 1);
    expect(document.perRequest.low).toBeLessThanOrEqual(1);
    expect(document.perRequest.high).toBeGreaterThanOrEqual(1);
  });

  it('does not begin with a limit of 64', { timeout: PATIENCE }, async () => {
    const { document, opened } = await probed('limit of 64');
    expect(document.verdict).toBe('inconclusive');
    expect(opened).toBeLessThanOrEqual(2);
  });

  it('goes on to the end with --to-limit, and still names the leak', { timeout: PATIENCE }, async () => {
    const { document } = await probed('limit of 256 to its end', '--to-limit');
    expect(document.verdict).toBe('leak');
    expect(document.urls[0].stopped).toBe('limit');
  });

  it('leaves inotify instances to others, and takes no service for healthy that found none', {
    timeout: PATIENCE,
  }, async () => {
    const { document, opened } = await probed('inotify instances run out unnoticed');
    const [{ type, class: kind }] = document.groups;
    expect(document).toMatchObject({ verdict: 'leak' });
    expect({ type, kind }).toEqual({ type: 'a_inode', kind: 'inotify' });
    expect(document.perRequest.low).toBeLessThanOrEqual(0.1);
    expect(document.perRequest.high).toBeGreaterThanOrEqual(0.1);
    expect(opened).toBeLessThan(Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8')));
  });
});
