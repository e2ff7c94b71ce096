import { endianness } from 'node:os';

/** The kernel writes numbers into messages in the machine's own byte order (netlink(7)). */
const LITTLE = endianness() === 'LE';

export function u16(bytes: Buffer, at: number): number {
  return LITTLE ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

export function u32(bytes: Buffer, at: number): number {
  return LITTLE ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

export function u64(bytes: Buffer, at: number): bigint {
  return LITTLE ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
}
