import type { Holding } from './held.ts';
import { type LifeRecord, listenersOf, openConnections } from './life-record.ts';

/** What a process holds as far as it was seen; null where its descriptors may not be read: that is no nothing. */
export function holdingOf(life: LifeRecord): Holding | null {
  const { table, looked } = life;
  if (looked === null) return null;
  const open = [...openConnections(life, 'in'), ...openConnections(life, 'out')];
  return {
    descriptors: table.size,
    listeners: listenersOf(life)
      .filter(({ gone }) => gone === null)
      .map(({ local, receiving }) => ({ address: local, waiting: receiving })),
    in: openConnections(life, 'in').length,
    out: openConnections(life, 'out').length,
    queued: open.reduce((sum, { sending, receiving }) => sum + sending + receiving, 0),
    files: [...life.files.values()]
      .filter(({ held }) => held)
      .map(({ name, size, position, deleted, writable }) => ({ name, size, position, deleted, writable })),
    pipes: [...table.values()].filter((link) => link.startsWith('pipe:')).length,
  };
}
