import { encodeCanonical } from '@mha4rdb/kernel';
import { createCluster, hostOf, voters, type State } from './testing/cluster.js';
import { elapse, elect, hostIds, propose } from './testing/drive.js';
import { feed, hear, index, node, restarted, term } from './testing/node.js';
import { step } from './step.js';

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

describe('a step', () => {
  it('changes nothing that it was given: every state, event and effect may be frozen', () => {
    const cluster = createCluster(voters(3), 2);
    cluster.observers.push((host, { state, effects }) => {
      freeze(state);
      freeze(effects);
      expect(host.state).toBe(state);
    });
    elect(cluster, node('a'));
    for (let count = 0; count < 30; count++) propose(cluster, node('a'), `${count}`);
    elapse(cluster, 300);
    expect(hostIds(cluster).map((id) => hostOf(cluster, id).machine.length)).toEqual([30, 30, 30]);
  });

  it('keeps a state that can be written down and read again (A1.8)', () => {
    const cluster = createCluster(voters(3), 2);
    elect(cluster, node('a'));
    propose(cluster, node('a'), 'x');
    for (const id of hostIds(cluster)) {
      const state = hostOf(cluster, id).state as State;
      const copy = JSON.parse(encodeCanonical(state)) as State;
      expect(copy).toEqual(state);
      const event = { kind: 'tick', now: cluster.now } as const;
      expect(step(copy, event)).toEqual(step(state, event));
    }
  });

  it('announces a change of term, role or leader, and nothing else', () => {
    const subject = restarted();
    const beat = { term: 2, prevIndex: index(1), prevTerm: term(1), entries: [], commit: index(1) };
    const changes = () =>
      feed(subject, { kind: 'tick' }).effects.filter(({ kind }) => kind === 'roleChanged');
    hear(subject, 'append', beat);
    expect(changes()).toEqual([]);
    subject.now = (subject.now + 1000) as typeof subject.now;
    expect(changes()).toEqual([
      { kind: 'roleChanged', term: 2, role: 'preCandidate', leader: null },
    ]);
  });

  it('stops the process when the driver reports a write that is not out (R1)', () => {
    const subject = restarted();
    expect(() => feed(subject, { kind: 'persisted', ticket: 1 })).toThrow(/R1/);
  });
});
