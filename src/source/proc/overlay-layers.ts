import { octalDecoded } from './mounts.ts';

/**
 * Folders that are layers of an overlay, from a mountinfo text (proc_pid_mountinfo(5)): what lies in them is opened through
 * the overlay, under another device.
 */
export function overlayLayers(mountinfo: string): string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const separator = line.indexOf(' - overlay ');
    if (separator < 0) return [];
    const options = line.slice(line.lastIndexOf(' ') + 1).split(',');
    return options
      .flatMap((option) => {
        const [name, value = ''] = option.split(/=(.*)/s);
        if (name === 'lowerdir' || name === 'lowerdir+') return value.split(':');
        return name === 'upperdir' || name === 'workdir' ? [value] : [];
      })
      .map(octalDecoded)
      .filter((path) => path.startsWith('/'));
  });
}
