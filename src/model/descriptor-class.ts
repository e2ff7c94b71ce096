/** The closed set of descriptor classes; a class's code in a batch is its index here plus one (0 = not said by the source). */
export const DESCRIPTOR_CLASSES = [
  'regular',
  'directory',
  'pipe',
  'inet',
  'unix',
  'netlink',
  'char',
  'block',
  'eventfd',
  'epoll',
  'timerfd',
  'inotify',
  'signalfd',
  'pidfd',
  'memfd',
  'other',
  'unreadable',
] as const;

export type DescriptorClass = (typeof DESCRIPTOR_CLASSES)[number];

/** Code of a class in a batch's `class` column; 0 there means "derive it from TYPE and NAME". */
export function classCode(name: DescriptorClass): number {
  return DESCRIPTOR_CLASSES.indexOf(name) + 1;
}

/** The class of a code that is not 0. */
export function className(code: number): DescriptorClass {
  return DESCRIPTOR_CLASSES[code - 1] ?? 'other';
}
