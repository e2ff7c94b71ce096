import { describe, expect, it } from 'vitest';
import { isDescriptor, isThreadRow } from '../../src/model/classify.ts';
import { classesOf, mapRows } from './rows.ts';

describe('classOf', () => {
  it.each([
    ['REG', '/etc/passwd', 'regular'],
    ['VREG', '/usr', 'regular'],
    ['REG', '/memfd:x (deleted)', 'memfd'],
    ['REG', '/memfdx', 'regular'],
    ['DIR', '/', 'directory'],
    ['VDIR', '/', 'directory'],
    ['CHR', '/dev/null', 'char'],
    ['BLK', '/dev/sda', 'block'],
    ['FIFO', 'pipe', 'pipe'],
    ['PIPE', '->0x1234', 'pipe'],
    ['IPv4', '*:80 (LISTEN)', 'inet'],
    ['IPv6', '*:80 (LISTEN)', 'inet'],
    ['raw', '00000000:0001->00000000:0000 st=07', 'inet'],
    ['raw6', 'x', 'inet'],
    ['icmp', 'x', 'inet'],
    ['TCPv6', 'state=listen laddr=[::1]:80', 'inet'],
    ['unix', 'type=STREAM (CONNECTED)', 'unix'],
    ['UNIX-STREAM', 'state=connected', 'unix'],
    ['netlink', 'ROUTE', 'netlink'],
    ['NETLINK', 'protocol=route', 'netlink'],
    ['sock', 'protocol: TCP', 'inet'],
    ['sock', 'protocol: TCPv6', 'inet'],
    ['sock', 'protocol: UNIX-STREAM', 'unix'],
    ['sock', 'protocol: NETLINK', 'netlink'],
    ['sock', 'protocol: AF_VSOCK', 'other'],
    ['sock', "can't identify protocol", 'other'],
    ['sock', 'socket:[757182]', 'other'],
    ['pack', 'type=SOCK_RAW', 'other'],
    ['a_inode', '[eventpoll]', 'epoll'],
    ['a_inode', '[eventpoll:9,11]', 'epoll'],
    ['a_inode', '[eventfd]', 'eventfd'],
    ['a_inode', '[eventfd:1]', 'eventfd'],
    ['a_inode', '[timerfd]', 'timerfd'],
    ['a_inode', '[signalfd]', 'signalfd'],
    ['a_inode', '[pidfd:21814]', 'pidfd'],
    ['a_inode', 'inotify', 'inotify'],
    ['a_inode', '[fanotify]', 'other'],
    ['a_inode', 'bpf-map', 'other'],
    ['0000', 'anon_inode:[eventpoll]', 'epoll'],
    ['0000', 'anon_inode', 'other'],
    ['KQUEUE', 'count=0, state=0xa', 'epoll'],
    ['PSXSHM', 'x', 'other'],
    ['systm', '[ctl x id 1 unit 2]', 'other'],
    ['LINK', '/x', 'other'],
    ['unknown', '/proc/1/cwd (readlink: Permission denied)', 'unreadable'],
    ['unknown', '/proc/2/exe', 'unreadable'],
    ['UNKNcwd', '/x', 'unreadable'],
    ['ERROR', 'x', 'unreadable'],
    ['???', 'x', 'other'],
  ])('%s %s is %s', (type, name, expected) => {
    expect(classesOf([{ type, name, fd: '3u' }])).toEqual([expected]);
  });

  it.each([
    ['/proc/1/fd (opendir: Permission denied)', 'NOFD', 'unreadable'],
    ['/var/log/x.log', '3', 'regular'],
    ['/dev/null', '0', 'char'],
    ['/dev/pts/4', '0', 'char'],
    ['/dev/shm/x', '4', 'regular'],
    ['/memfd:x (deleted)', '4', 'memfd'],
    ['pipe:[757093]', '5', 'pipe'],
    ['socket:[757093]', '5', 'other'],
    ['anon_inode:[eventfd]', '5', 'eventfd'],
    ['anon_inode:inotify', '5', 'inotify'],
    ['pidfd:[12]', '5', 'pidfd'],
    ['mnt:[4026531840]', '5', 'other'],
  ])('without a TYPE, %s of %s is %s', (name, fd, expected) => {
    expect(classesOf([{ name, fd }])).toEqual([expected]);
  });
});

describe('isDescriptor', () => {
  it('is a digit or star in front', () => {
    const cells = ['0', '12uW', '*345u', 'cwd', 'mem', 'DEL', 'NOFD', 'pid4c', ''];
    const rows = mapRows([...cells.map((fd) => ({ fd })), {}], isDescriptor);
    expect(rows).toEqual([true, true, true, false, false, false, false, false, false, false]);
  });
});

describe('isThreadRow', () => {
  it('is a TID that is there and not blank', () => {
    expect(mapRows([{ tid: '12' }, { tid: '' }, {}], isThreadRow)).toEqual([true, false, false]);
  });
});
