import type { ClusterState, Member } from '../cluster/state.js';
import { nodeIdOf, type DataDirectory, type NodeId } from '@mha4rdb/kernel';
import { founded, n1, n2, n3 } from '../testing/cluster-fixture.js';
import { report, situation, STANDBY } from '../testing/coordinator-fixture.js';
import { decide } from './decide.js';

const unformed = founded();
const empty: DataDirectory = { kind: 'empty' };
const present: DataDirectory = { kind: 'present', systemId: 's' };
const foreign: DataDirectory = { kind: 'foreign', reason: 'a file' };

function formFrom(
  directories: Readonly<Record<string, DataDirectory | null>>,
  state: ClusterState = unformed,
  receivedAt = 5000,
) {
  const reports = Object.entries(directories).map(([id, directory]) =>
    report(nodeIdOf(id), {
      database:
        directory === null
          ? null
          : { ...STANDBY, directory, process: 'stopped', role: 'stopped', works: false },
    }),
  );
  return decide(situation({ state, now: 5000, reports, receivedAt }));
}

function preferring(id: NodeId, state: ClusterState = unformed): ClusterState {
  const change = (member: Member) => (member.id === id ? { ...member, priority: 10 } : member);
  return { ...state, members: state.members.map(change) };
}

test.each([
  ['the one database that exists', { n1: empty, n2: present, n3: empty }, unformed, n2],
  ['it whatever the priorities', { n1: empty, n2: present, n3: empty }, preferring(n3), n2],
  ['a new one on the greatest priority', { n1: empty, n2: empty, n3: empty }, preferring(n3), n3],
  [
    'a new one on the smallest id among equals',
    { n1: { kind: 'absent' }, n2: empty, n3: empty },
    unformed,
    n1,
  ],
] as const)('a cluster starts from %s', (_, directories, state, origin) => {
  expect(formFrom(directories, state)).toMatchObject({
    command: { type: 'FormCluster', clusterId: 'fresh', origin, members: state.members, at: 77 },
    why: null,
  });
});

test.each([
  ['a data member has not reported', { n1: empty, n2: empty }, 'n3 must report first'],
  [
    'a data member has not looked at its database',
    { n1: empty, n2: present, n3: null },
    'n3 must report first',
  ],
  [
    'two have a database: one of them would be overwritten',
    { n1: present, n2: present, n3: empty },
    'n1 and n2 have a data directory each',
  ],
  [
    'one holds what is no database',
    { n1: empty, n2: foreign, n3: empty },
    'the data directory of n2 holds something',
  ],
] as const)('no cluster is formed while %s', (_, directories, sentence) => {
  const { command, why } = formFrom(directories);
  expect(command).toBeNull();
  expect(why).toMatch(sentence);
});

test('no cluster is formed on a report that is not fresh: the member may hold data by now', () => {
  const { command, why } = formFrom({ n1: empty, n2: empty, n3: empty }, unformed, 3999);
  expect(command).toBeNull();
  expect(why).toMatch('n1, n2, n3 must report first');
});

test('an arbiter is not waited for, and never the origin', () => {
  const dual = preferring(n3, founded(2, 1));
  expect(formFrom({ n1: empty, n2: empty }, dual).command).toMatchObject({ origin: n1 });
});

describe('a member that must have a watchdog and cannot arm it', () => {
  const watchdog = { state: 'failed', required: true, leftMs: null } as const;
  const database = { ...STANDBY, process: 'stopped', role: 'stopped', works: false } as const;
  const formed = (
    without: readonly NodeId[],
    directories: Readonly<Record<string, DataDirectory>>,
  ) =>
    decide(
      situation({
        state: preferring(n1),
        now: 5000,
        receivedAt: 5000,
        reports: [n1, n2, n3].map((id) =>
          report(id, {
            database: { ...database, directory: directories[id] ?? empty },
            ...(without.includes(id) && { watchdog }),
          }),
        ),
      }),
    );

  test('is not where a new database begins while another may be', () => {
    expect(formed([n1], {}).command).toMatchObject({ type: 'FormCluster', origin: n2 });
  });

  test('is waited for where the only database is, and where all are so', () => {
    for (const outcome of [formed([n3], { n3: present }), formed([n1, n2, n3], {})]) {
      expect(outcome.command).toBeNull();
      expect(outcome.why).toMatch(/must be able to arm its watchdog/);
    }
  });
});
