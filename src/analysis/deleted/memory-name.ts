/**
 * Shared memory in a file's clothes: unlinked by design, in no file system that fills up
 * (memfd_create(2), shm_open(3), shmget(2), aio, DRM and huge page buffers).
 */
const MEMORY =
  /^(?:\/memfd:|\/dev\/shm\/|\/dev\/zero|\/SYSV[0-9a-f]{8}|\/\[aio\]|\/anon_hugepage|\/drm mm object|\/i915)/;

/** Whether a file of this name lies in memory and in no file system that fills up. */
export function isMemoryName(name: string): boolean {
  return MEMORY.test(name);
}
