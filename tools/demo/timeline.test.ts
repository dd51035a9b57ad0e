import { timeline } from './timeline.js';

const SOURCES = {
  faultAt: 10_000,
  faultWallAt: 1_000_000,
  untilMs: 5_000,
  decisions: [
    { at: 1_002_000, node: 'n2', event: 'promoted', epoch: 7, message: '' },
    { at: 1_900_000, node: 'n2', event: 'ready', epoch: undefined, message: 'much later' },
  ],
  clientEvents: [],
  addressChanges: [
    { kind: 'address' as const, host: 'n2', has: true, at: 12_500, notBefore: 12_490 },
  ],
  consumer: [9_990, 12_600, 12_610].map((doneAt, seq) => ({
    lane: 'vip1',
    seq,
    sentAt: doneAt - 1,
    doneAt,
    outcome: 'ack' as const,
  })),
};

describe('the timeline', () => {
  it('puts what was seen on two clocks in one order, since the fault', () => {
    expect(timeline(SOURCES).map(({ ms, who, what }) => `${ms} ${who} ${what}`)).toEqual([
      '-10 client last acknowledged write before the gap',
      '2000 n2 promoted (epoch 7)',
      '2500 n2 has the VIP (seen from outside)',
      '2600 client first acknowledged write after it',
    ]);
  });
});
