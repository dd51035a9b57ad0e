import { nodeIdOf } from '@mha4rdb/kernel';
import type { Row } from '../postgres/probe-rows.js';
import { observeOpenGauss, type OpenGaussAnswer } from './observation.js';

const peers = [{ node: nodeIdOf('n2'), host: '10.0.0.2', port: 5432 }];
const MARKERS: readonly Row[] = [
  { epoch: '20', term: '3', from_term: '1', switch_lsn: '0/3000000' },
  { epoch: '10', term: '1', from_term: '0', switch_lsn: '0/1000000' },
];
const STATE: Row = {
  local_role: 'Standby',
  static_connections: 2,
  db_state: 'Normal',
  detail_information: 'Normal',
  term: '3',
  lsn: '0/5000000',
  recovering: 'yes',
  received: '0/5000000',
  rule: 'ANY 1 ("n2")',
};

function look(state: Row, more: Partial<OpenGaussAnswer> = {}) {
  const answer: OpenGaussAnswer = {
    state: { ...STATE, ...state },
    markers: MARKERS,
    senders: [],
    receivers: [],
    lock: { mode: 'prohibit_connection' },
    ...more,
  };
  return observeOpenGauss({
    directory: { kind: 'present', systemId: '7' },
    process: 'running',
    peers,
    server: { ok: true, answer },
  });
}

describe('a look at a server of the openGauss family', () => {
  it('shows a locked standby as drained, with its history', () => {
    expect(look({}, { ours: { admits: 'replication' } })).toEqual({
      directory: { kind: 'present', systemId: '7' },
      process: 'running',
      role: 'standby',
      works: true,
      position: { epoch: 20, timeline: 3, lsn: 0x5000000 },
      replayedLsn: 0x5000000,
      drained: true,
      upstream: null,
      receiving: false,
      rule: { standbys: ['n2'], acks: 1 },
      admits: 'replication',
      history: [
        { timeline: 0, switchLsn: 0x1000000 },
        { timeline: 1, switchLsn: 0x3000000 },
      ],
    });
  });

  it('is not drained while it replays, receives, or may follow', () => {
    const receiver = { receiver_pid: '7', peer_role: 'Primary', state: 'Normal' };
    expect(look({ received: '0/5000001' }).drained).toBe(false);
    expect(look({}, { receivers: [receiver] })).toMatchObject({ drained: false, receiving: true });
    expect(look({}, { lock: { mode: 'polling_connection' } })).toMatchObject({ drained: false });
    expect(look({}, { lock: { mode: 'unknown' } })).toMatchObject({ drained: false });
  });

  it('knows its upstream only when it is locked to one member', () => {
    const locked = { mode: 'specify_connection', host: '10.0.0.2', port: 5433 } as const;
    expect(look({}, { lock: locked }).upstream).toBe('n2');
    expect(look({}, { lock: { ...locked, port: 5432 } })).not.toHaveProperty('upstream');
    expect(look({}, { lock: { mode: 'polling_connection' } })).not.toHaveProperty('upstream');
  });

  it('shows a primary with its standbys', () => {
    const state = { local_role: 'Primary', recovering: 'no', written: '0/6000000' };
    const senders = [
      { node: 'n2', state: 'Streaming', flushed: '0/6000000', replayed: '0/5FFFFFF' },
      { node: 'n3', state: 'Quiescing', flushed: '0/6000000', replayed: '0/6000000' },
      { node: 'somebody else', state: 'Streaming', flushed: '0/1', replayed: '0/1' },
    ];
    expect(look(state, { senders })).toMatchObject({
      role: 'primary',
      works: true,
      position: { epoch: 20, timeline: 3, lsn: 0x6000000 },
      standbys: [{ node: 'n2', state: 'streaming', flushedLsn: 0x6000000, replayedLsn: 0x5ffffff }],
    });
  });

  it.each([
    ['a role that contradicts the recovery', { local_role: 'Primary' }],
    ['a standby that does not recover', { recovering: 'no' }],
    ['a cascade standby', { local_role: 'Cascade Standby' }],
    ['a standby of another cluster', { local_role: 'Main Standby' }],
    ['a role that nobody knows', { local_role: 'Arbiter' }],
    ['no term', { term: null }],
    ['no position', { lsn: 'n/a' }],
  ])('takes %s for silent: neither primary nor a copy', (_, state) => {
    const seen = look(state);
    expect(seen).toMatchObject({ role: 'silent', works: false });
    expect(seen.detail).toBeDefined();
    expect(seen).not.toHaveProperty('position');
  });

  it.each([
    ['pending', 'starting'],
    ['starting', 'starting'],
    ['not-listening', 'starting'],
    ['wrong-password', 'silent'],
    ['locked', 'silent'],
    ['timeout', 'silent'],
  ] as const)('a server that answers with %s is %s, and never stopped', (kind, role) => {
    const seen = observeOpenGauss({
      directory: { kind: 'present', systemId: '7' },
      process: 'running',
      peers,
      server: { ok: false, error: { kind, sentence: 'said so' } },
    });
    expect(seen).toMatchObject({ process: 'running', role, works: false, detail: 'said so' });
  });
});
