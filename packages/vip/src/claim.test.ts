import { announcementFrames, probeFrame } from './announcement.js';
import { claimFilter, claimIn, macText } from './claim.js';

const MAC = Uint8Array.of(0x02, 0x42, 0xac, 0x11, 0x00, 0x02);
const CLAIM = { mac: '02:42:ac:11:00:02' };
const FOUR = '10.77.0.100';
const SIX = 'fd00::100';

/** Runs a filter as the kernel would: how many bytes pass, 0 for none. */
function passes(ip: string, frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const steps = claimFilter(ip);
  let register = 0;
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined) break;
    const { code, operand } = step;
    const size = { 0x20: 4, 0x28: 2, 0x30: 1 }[code];
    if (size !== undefined) {
      // A load beyond the end ends the program: nothing passes.
      if (operand + size > frame.length) return false;
      register =
        size === 4
          ? view.getUint32(operand)
          : size === 2
            ? view.getUint16(operand)
            : view.getUint8(operand);
    } else if (code === 0x15) {
      at += register === operand ? step.jumpTrue : step.jumpFalse;
    } else {
      return operand > 0;
    }
  }
  throw new Error('the program does not end');
}

const frames: readonly (readonly [string, Uint8Array])[] = [
  ['announcement', ...announcementFrames(MAC, FOUR).slice(0, 1)] as const,
  ['answer', ...announcementFrames(MAC, FOUR).slice(1)] as const,
  ['advertisement', ...announcementFrames(MAC, SIX)] as const,
].flatMap(([name, frame]) => (frame === undefined ? [] : [[name, frame] as const]));

describe.each(frames)('an %s', (name, frame) => {
  const [own, other] = name === 'advertisement' ? [SIX, FOUR] : [FOUR, SIX];

  it('claims its address, by the MAC that it names', () => {
    expect(claimIn(frame, own)).toEqual(CLAIM);
    expect(passes(own, frame)).toBe(true);
  });

  it('claims no other', () => {
    for (const ip of [other, '10.77.0.101', 'fd00::101']) {
      expect(claimIn(frame, ip)).toBeNull();
      expect(passes(ip, frame)).toBe(false);
    }
  });
});

it.each([FOUR, SIX])('a probe for %s claims nothing', (ip) => {
  expect(claimIn(probeFrame(MAC, ip), ip)).toBeNull();
  expect(passes(ip, probeFrame(MAC, ip))).toBe(false);
});

it('an advertisement without the option is claimed by who sent it', () => {
  const [frame = new Uint8Array()] = announcementFrames(MAC, SIX);
  expect(claimIn(frame.subarray(0, 78), SIX)).toEqual({ mac: macText(MAC) });
});

it('a frame that is cut short claims nothing', () => {
  const [frame = new Uint8Array()] = announcementFrames(MAC, FOUR);
  expect(claimIn(frame.subarray(0, 30), FOUR)).toBeNull();
  expect(passes(FOUR, frame.subarray(0, 30))).toBe(false);
});
