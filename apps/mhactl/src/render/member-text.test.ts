import type { ClusterStatus } from '@mha4rdb/client';
import { admissionStep, removalStep } from './member-text.js';

const STANDBY = { role: 'data', state: 'standby', health: 'ok', lagBytes: 0 };
const JOINING = { ...STANDBY, voting: 'learner', standing: 'joining', reachable: true };

function status(n4: object | null, electable: readonly string[] = []): ClusterStatus {
  const members = n4 === null ? [] : [{ id: 'n4', address: '10.77.0.14:7400', ...n4 }];
  return { members, durability: { electable } } as unknown as ClusterStatus;
}

test.each([
  [null, 'n4: being entered into the list'],
  [
    { voting: 'none', reachable: false },
    'n4: on the list; waiting for its program at 10.77.0.14:7400',
  ],
  [{ voting: 'none', reachable: true }, 'n4: has been heard of; it joins as a learner next'],
  [{ ...JOINING, reachable: false }, 'n4: learner, not within reach'],
  [{ ...JOINING, state: 'cloning' }, 'n4: learner, cloning'],
  [
    {
      ...JOINING,
      state: 'cloning',
      progress: { step: 'copying', percent: 25, bytesDone: 30, bytesTotal: 120 },
    },
    'n4: learner, cloning (25 %, 30 B of 120 B)',
  ],
  [{ ...JOINING, lagBytes: 1200 }, 'n4: learner, streaming (1.2 kB behind)'],
  [{ ...JOINING, voting: 'voter' }, 'n4: voter, streaming (caught up)'],
  [{ ...JOINING, state: 'failed', health: 'no space' }, 'n4: learner, failed (no space)'],
  [{ ...JOINING, voting: 'learner', role: 'arbiter', state: 'arbiter' }, 'n4: learner, joined'],
  [{ ...JOINING, voting: 'voter', standing: 'full' }, 'n4: voter'],
])('an admission that is at %j is told as %j', (n4, text) => {
  expect(admissionStep(status(n4), 'n4')).toBe(text);
});

test.each([
  [status(STANDBY, ['n4']), 'n4: commits still count on it'],
  [status(STANDBY, ['n2']), 'n4: leaving'],
  [status(null), 'n4: gone'],
])('a removal is told by what commits count on', (at, text) => {
  expect(removalStep(at, 'n4')).toBe(text);
});
