import type { FilterStep } from '@mha4rdb/vip';
import type { Libc } from './libc.js';

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const STEP_BYTES = 8;

/** Has the kernel pass on to a socket only what the program lets through. */
export function attachFilter(libc: Libc, fd: number, steps: readonly FilterStep[]): boolean {
  const program = Buffer.alloc(steps.length * STEP_BYTES);
  steps.forEach(({ code, jumpTrue, jumpFalse, operand }, index) => {
    const at = index * STEP_BYTES;
    program.writeUInt16LE(code, at);
    program.writeUInt8(jumpTrue, at + 2);
    program.writeUInt8(jumpFalse, at + 3);
    program.writeUInt32LE(operand, at + 4);
  });
  return libc.attachFilter(fd, SOL_SOCKET, SO_ATTACH_FILTER, steps.length, program) === 0;
}
