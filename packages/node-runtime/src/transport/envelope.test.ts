import fc from 'fast-check';
import { endEnvelope, EnvelopeReader, messageEnvelope, type Enveloped } from './envelope.js';

test('envelopes come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
      (messages, cuts) => {
        const bytes = Buffer.concat([...messages.map(messageEnvelope), endEnvelope({})]);
        const reader = new EnvelopeReader();
        const found: Enveloped[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1;
          found.push(...reader.read(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(
          found.slice(0, -1).map((part) => part.kind === 'message' && [...part.bytes]),
        ).toEqual(messages.map((message) => [...message]));
        expect(found.at(-1)).toEqual({ kind: 'end', end: {} });
      },
    ),
  );
});

test('a length that no message has is refused before anything is stored', () => {
  const huge = Buffer.from([0, 0xff, 0xff, 0xff, 0xff]);
  expect(() => new EnvelopeReader().read(huge)).toThrow('a message of 4294967295 bytes');
});

test('a compressed envelope is refused', () => {
  expect(() => new EnvelopeReader().read(Buffer.from([1, 0, 0, 0, 0]))).toThrow('flags 1');
});
