import fc from 'fast-check';
import { encodeBatch, readLogImage, type StoredBatch } from './log-image.js';
import { encodeRecord } from './log-record.js';

const FIRST: StoredBatch = {
  entries: [
    { index: 8, term: 3, payload: '{"kind":"noop"}' },
    { index: 9, term: 3, payload: '{"command":"x","kind":"command"}' },
  ],
};
const SECOND: StoredBatch = {
  truncateFrom: 9,
  entries: [{ index: 9, term: 4, payload: '{"kind":"noop"}' }],
};

function fileOf(batches: readonly StoredBatch[]): { bytes: Buffer; lengths: number[] } {
  let record = encodeRecord({ type: 'base', index: 7, term: 2, body: Buffer.alloc(0) }, 0);
  const parts = [record.bytes];
  for (const batch of batches) {
    const last = batch.entries.at(-1) ?? { index: 0, term: 0 };
    const body = encodeBatch(batch);
    record = encodeRecord(
      { type: 'batch', index: last.index, term: last.term, body },
      record.checksum,
    );
    parts.push(record.bytes);
  }
  return { bytes: Buffer.concat(parts), lengths: parts.map(({ length }) => length) };
}

function indexes(bytes: Buffer): string {
  const reading = readLogImage(bytes);
  if (!reading.ok) return `damaged ${reading.reason}`;
  return reading.image.entries.map(({ index, term }) => `${index}/${term}`).join(' ');
}

test('a file is replayed, truncations with it', () => {
  const { bytes } = fileOf([FIRST, SECOND]);
  const reading = readLogImage(bytes);
  expect(reading).toMatchObject({ ok: true, image: { base: { index: 7, term: 2 }, tornBytes: 0 } });
  expect(indexes(bytes)).toBe('8/3 9/4');
});

test('cut anywhere in the last record, the record counts as never written', () => {
  const { bytes, lengths } = fileOf([FIRST, SECOND]);
  const start = bytes.length - (lengths[2] ?? 0);
  for (let end = start; end < bytes.length; end++) {
    const reading = readLogImage(bytes.subarray(0, end));
    expect(reading).toMatchObject({ ok: true, image: { length: start, tornBytes: end - start } });
    expect(indexes(bytes.subarray(0, end))).toBe('8/3 9/3');
  }
});

test('any wrong byte in the last record makes it torn, not something else', () => {
  const { bytes, lengths } = fileOf([FIRST, SECOND]);
  const start = bytes.length - (lengths[2] ?? 0);
  fc.assert(
    fc.property(
      fc.integer({ min: start, max: bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (offset, flip) => {
        const broken = Buffer.from(bytes);
        broken[offset] = (broken[offset] ?? 0) ^ flip;
        expect(indexes(broken)).toBe('8/3 9/3');
      },
    ),
  );
});

test('a wrong byte before the last record is damage and is never cut off', () => {
  const { bytes, lengths } = fileOf([FIRST, SECOND]);
  const start = bytes.length - (lengths[2] ?? 0);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: start - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (offset, flip) => {
        const broken = Buffer.from(bytes);
        broken[offset] = (broken[offset] ?? 0) ^ flip;
        expect(readLogImage(broken).ok).toBe(false);
      },
    ),
  );
});

test('a record left out of the middle breaks the chain', () => {
  const third: StoredBatch = { entries: [{ index: 10, term: 4, payload: 'null' }] };
  const { bytes, lengths } = fileOf([FIRST, SECOND, third]);
  const [base = 0, first = 0, second = 0] = lengths;
  const without = Buffer.concat([
    bytes.subarray(0, base + first),
    bytes.subarray(base + first + second),
  ]);
  expect(indexes(without)).toContain('the chain of records is broken');
});

test('a gap between entries is damage', () => {
  const far: StoredBatch = { entries: [{ index: 12, term: 4, payload: 'null' }] };
  expect(indexes(fileOf([FIRST, far]).bytes)).toContain('entry 12 follows entry 9');
});

test('zeros after the last record are a torn tail', () => {
  const { bytes } = fileOf([FIRST]);
  expect(readLogImage(Buffer.concat([bytes, Buffer.alloc(4096)]))).toMatchObject({
    ok: true,
    image: { tornBytes: 4096 },
  });
});
