import { Lab, type Member, Watch, complaints, monotonicMs, waitUntil } from '@mha4rdb/tools/lab';
import { HandMadePair } from '../support/hand-made-pair.js';

/**
 * The instruments themselves: a lab that cannot see a lost write or two primaries proves nothing by
 * its silence. Here two servers run without agents, and are mistreated on purpose.
 */
describe('the lab', () => {
  let lab: Lab;
  let pair: HandMadePair;
  let first: Member;
  let second: Member;

  beforeEach(async () => {
    lab = await Lab.create({ mode: 'dual' });
    pair = new HandMadePair(lab);
    [first, second] = lab.dataMembers as [Member, Member];
    await pair.build();
  });

  afterEach(() => lab.destroy());

  it('finds nothing to complain about while nothing happens', async () => {
    const watch = await Watch.begin(lab, 'calm');
    const since = monotonicMs();
    await waitUntil(() => watch.consumerRecords.length > 100, {
      timeoutMs: 20_000,
      what: 'writes',
    });
    const report = await watch.finish(first.id);
    expect(complaints(report)).toEqual([]);
    expect(report.acknowledgedThroughVip).toBeGreaterThan(100);
    expect(report.gapSince(since)).toBeLessThan(1_000);
  });

  it('sees acknowledged writes that the final primary does not have', async () => {
    const watch = await Watch.begin(lab, 'loss');
    await lab.lan.cut(first.id, second.id);
    const cutAt = monotonicMs();
    await watch.writesAgain(cutAt + 200, 10_000);
    await first.powerOff();
    await pair.promote(second);
    await pair.takeVip(second);
    const openAt = monotonicMs();
    await watch.writesAgain(openAt, 10_000);
    const report = await watch.finish(second.id);
    expect(report.ledger.lost.length).toBeGreaterThan(0);
    expect(complaints(report).join()).toMatch(/acknowledged writes are lost/);
    expect(report.gapSince(cutAt)).toBeGreaterThan(100);
    expect(report.splitBrain).toEqual([]);
    expect(report.twoHolders).toEqual([]);
  });

  it('sees two databases that acknowledge, and two hosts that answer for the VIP', async () => {
    const watch = await Watch.begin(lab, 'split');
    await pair.promote(second);
    await pair.takeVip(second);
    const since = monotonicMs();
    await watch.writesAgain(since + 1_000, 10_000);
    const report = await watch.finish(second.id);
    expect(report.splitBrain.length).toBeGreaterThan(0);
    expect(report.twoHolders.length).toBeGreaterThan(0);
    expect(report.twoAnswering.length).toBeGreaterThan(0);
    expect(complaints(report).join()).toMatch(/two databases acknowledged.*two hosts answered/);
  });

  it('sees a gap of about the length of an isolation', async () => {
    const watch = await Watch.begin(lab, 'gap');
    const since = monotonicMs();
    await lab.lan.isolate(first.id);
    await waitUntil(() => monotonicMs() > since + 3_000, { timeoutMs: 5_000, what: '3 s' });
    await lab.lan.heal();
    await watch.writesAgain(monotonicMs(), 10_000);
    const report = await watch.finish(first.id);
    expect(report.gapSince(since)).toBeGreaterThan(2_800);
    expect(complaints(report)).toEqual([]);
  });
});
