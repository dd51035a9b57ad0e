import type { SynchronousRule } from '@mha4rdb/kernel';
import { done, failure, soon, until } from '../postgres/lab.test-support.js';
import { createGaussLab, type GaussLab, type GaussNode } from './gauss-lab.test-support.js';

jest.setTimeout(120_000);

let lab: GaussLab;
let first: GaussNode;
let second: GaussNode;

beforeAll(async () => {
  lab = await createGaussLab(2, 'vastbase');
  [first, second] = lab.nodes as [GaussNode, GaussNode];
});

afterAll(() => lab.dispose());

const epoch = (number: number): never => number as never;
const ruleOf = (node: GaussNode): SynchronousRule => ({ standbys: [node.config.node], acks: 1 });

describe('the engine for the openGauss family, on emulated servers', () => {
  it('makes a new directory a primary whose log says its epoch and its term', async () => {
    const { engine } = first;
    expect((await engine.observe()).directory.kind).toBe('absent');
    await done(engine.initialize(soon));
    await done(engine.startSealed(soon));
    const sealed = await engine.observe();
    expect(sealed).toMatchObject({
      role: 'standby',
      upstream: null,
      drained: true,
      admits: 'replication',
    });
    const promotion = await done(engine.promote(soon));
    expect(promotion).toMatchObject({ timeline: 1, history: [{ timeline: 0 }] });
    expect(await done(engine.promote(soon))).toEqual(promotion);
    const marker = await done(engine.writeMarker({ epoch: epoch(10), first: true }, soon));
    expect(marker).toMatchObject({ epoch: 10, timeline: 1 });
    await done(engine.barrier({ standbys: [], acks: 0 }, soon));
    await done(engine.admit('all', soon));
    const seen = await engine.observe();
    expect(seen).toMatchObject({ role: 'primary', works: true, admits: 'all', rule: { acks: 0 } });
    expect(seen.position).toMatchObject({ epoch: 10, timeline: 1 });
  });

  it('copies it, and follows just that upstream', async () => {
    const { engine } = second;
    await done(engine.clone(first.address, soon));
    await until(async () => (await engine.observe()).receiving === true);
    const seen = await engine.observe();
    expect(seen).toMatchObject({
      role: 'standby',
      upstream: 'n1',
      position: { epoch: 10, timeline: 1 },
    });
    const rule = ruleOf(second);
    await done(first.engine.applyRule(rule, soon));
    await done(first.engine.barrier(rule, soon));
    expect(await first.engine.observe()).toMatchObject({
      rule,
      standbys: [{ node: 'n2', state: 'streaming' }],
    });
    await first.ask('create table t (n int)');
  });

  it('starts sealed after a crash of a standby that was following', async () => {
    const { engine } = second;
    await done(engine.stop('immediate', soon));
    expect(await engine.observe()).toMatchObject({ process: 'stopped', role: 'stopped' });
    await done(engine.startSealed(soon));
    expect(await engine.observe()).toMatchObject({
      role: 'standby',
      upstream: null,
      drained: true,
    });
    await done(engine.follow(first.address, soon));
    await until(async () => (await engine.observe()).receiving === true);
  });

  it('refuses to promote what may still follow, and to seal what is primary', async () => {
    expect(await failure(second.engine.promote(soon))).toBe('refused');
    expect(await failure(first.engine.seal(soon))).toBe('refused');
    expect(await failure(first.engine.follow(second.address, soon))).toBe('refused');
  });

  it('seals, answers where the log ends, and takes over under a greater term', async () => {
    await first.ask('insert into t values (1)');
    await until(async () => (await second.ask('select n from t')).length === 1);
    const evidence = await done(second.engine.seal(soon));
    expect(evidence).toMatchObject({ epoch: 10, timeline: 1 });
    await first.ask('insert into t values (2)');
    expect((await second.engine.observe()).position).toEqual(evidence);
    await done(first.engine.stop('immediate', soon));
    const promotion = await done(second.engine.promote(soon));
    expect(promotion).toMatchObject({ timeline: 2, switchLsn: evidence.lsn });
    expect(promotion.history.at(-1)).toEqual({ timeline: 1, switchLsn: evidence.lsn });
    await done(second.engine.writeMarker({ epoch: epoch(20), first: false }, soon));
    await done(second.engine.admit('all', soon));
    // As the core asks for: who winds back looks for the common history from a checkpoint on.
    await done(second.engine.checkpoint(soon));
    const seen = await second.engine.observe();
    expect(seen).toMatchObject({ role: 'primary', position: { epoch: 20, timeline: 2 } });
    expect(seen.history).toEqual(promotion.history);
    expect(await second.ask('select n from t')).toEqual([{ n: 1 }]);
  });

  it('shows a diverged log as one, winds it back and follows', async () => {
    const { engine } = first;
    await done(engine.startSealed(soon));
    const own = await engine.observe();
    expect(own.position).toMatchObject({ epoch: 10, timeline: 1 });
    const history = (await second.engine.observe()).history ?? [];
    expect(own.replayedLsn).toBeGreaterThan(history.at(-1)?.switchLsn ?? Infinity);
    await done(engine.stop('fast', soon));
    await done(engine.rewind(second.address, soon));
    await until(async () => (await engine.observe()).receiving === true);
    await until(async () => (await engine.observe()).position?.epoch === 20);
    expect(await first.ask('select n from t')).toEqual([{ n: 1 }]);
  });

  it('says where the log of a primary ends that was stopped in order', async () => {
    await done(second.engine.disconnectClients(soon));
    await done(second.engine.checkpoint(soon));
    await second.engine.observe();
    await done(second.engine.stop('fast', soon));
    const end = await done(second.engine.cleanEnd(soon));
    expect(end).toMatchObject({ epoch: 20, timeline: 2 });
    const evidence = await done(first.engine.seal(soon));
    expect(evidence.lsn).toBeGreaterThanOrEqual(end.lsn);
  });
});
