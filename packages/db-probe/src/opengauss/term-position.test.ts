import { compareTermPositions, readTermPosition } from './term-position.js';

describe('a position of the openGauss family', () => {
  it('is read from two columns of text', () => {
    expect(readTermPosition({ term: '7', lsn: '0/5000060' })).toEqual({ term: 7, lsn: 83_886_176 });
    expect(readTermPosition({ term: '0', lsn: '0/0' })).toEqual({ term: 0, lsn: 0 });
  });

  it.each([
    ['PostgreSQL’s one column', { pg_last_wal_replay_lsn: '0/5000060' }],
    ['no term', { term: null, lsn: '0/5000060' }],
    ['a term of more than 32 bits', { term: '4294967296', lsn: '0/5000060' }],
    ['a negative term', { term: '-1', lsn: '0/5000060' }],
    ['no position', { term: '7', lsn: '' }],
  ])('is none with %s', (_, row) => {
    expect(readTermPosition(row)).toBeUndefined();
  });

  it('is greater by its term first: a longer log of an older primary is no better', () => {
    const newer = { term: 8, lsn: 10 };
    const longer = { term: 7, lsn: 1000 };
    expect(compareTermPositions(newer, longer)).toBeGreaterThan(0);
    expect(compareTermPositions({ term: 7, lsn: 9 }, longer)).toBeLessThan(0);
    expect(compareTermPositions(longer, { ...longer })).toBe(0);
  });
});
