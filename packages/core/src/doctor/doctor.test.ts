import { TIMING_PRESETS } from '../lease/timing.js';
import { bySeverity, type Finding } from './finding.js';
import { judgeHost, type HostFacts } from './judge-host.js';
import { judgeNode, type NodeFacts } from './judge-node.js';
import { judgePeer, type ClockReading, type PeerFacts } from './judge-peer.js';

const timing = TIMING_PRESETS.balanced;
const DAY = 86_400_000;
const GIB = 2 ** 30;
const ROOM = { path: '/var', freeBytes: 50 * GIB, totalBytes: 100 * GIB };

const NODE: NodeFacts = {
  kernel: '6.1.0-18-amd64',
  clockSource: 'tsc',
  raftFsyncMs: [0.4, 0.3, 0.5],
  raftDisk: ROOM,
  loopDelayMs: 3,
  certificateMs: 300 * DAY,
  tokens: { operator: 1, viewer: 0 },
};

const VIP: HostFacts['vips'][number] = {
  address: '10.77.0.100',
  prefix: 24,
  interface: 'eth0',
  addresses: ['10.77.0.11/24'],
  inNetwork: true,
  carrier: true,
  besides: [],
  settings: {
    arp_ignore: 0,
    arp_announce: 0,
    rp_filter: 2,
    promote_secondaries: 1,
    drop_gratuitous_arp: 0,
  },
};

const HOST: HostFacts = {
  fence: [],
  enforced: { fencing: 'address+port', serves: true },
  vips: [VIP],
  sysctls: { nonlocalBind: false },
  listensOn: null,
  watchdog: { mode: 'off', problem: null },
  databaseFsyncMs: [0.4],
  databaseDisk: ROOM,
  settings: {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_log_hints: 'on',
    max_wal_senders: '10',
    data_checksums: 'off',
  },
};

/** What is not well, as `check severity`. */
const wrong = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ severity }) => severity !== 'ok')
    .map(({ check, severity }) => `${check} ${severity}`);

test('a good host has nothing that is not well, and says what was looked at', () => {
  expect(wrong(judgeNode(NODE, timing))).toEqual([]);
  expect(wrong(judgeHost(HOST, timing))).toEqual([]);
  expect(judgeNode(NODE, timing).map(({ check }) => check)).toEqual([
    ...['kernel', 'clock-source', 'raft-fsync', 'raft-disk', 'event-loop', 'certificate', 'tokens'],
  ]);
});

const nodes: readonly (readonly [string, Partial<NodeFacts>, readonly string[]])[] = [
  ['an old kernel', { kernel: '4.4.0' }, ['kernel serious']],
  ['the first kernel that will do', { kernel: '4.18.0-553.el8' }, []],
  ['a slow clock source', { clockSource: 'hpet' }, ['clock-source warning']],
  ['no word of the clock source', { clockSource: null }, ['clock-source warning']],
  ['one slow flush', { raftFsyncMs: [1, 1, 120] }, ['raft-fsync warning']],
  ['a slow disk', { raftFsyncMs: [90, 110, 120] }, ['raft-fsync serious']],
  ['no flush at all', { raftFsyncMs: [] }, ['raft-fsync serious']],
  ['little room', { raftDisk: { ...ROOM, freeBytes: 0.9 * GIB } }, ['raft-disk warning']],
  ['a full large disk', { raftDisk: { ...ROOM, freeBytes: 4 * GIB } }, ['raft-disk warning']],
  ['no room', { raftDisk: { ...ROOM, freeBytes: 0.1 * GIB } }, ['raft-disk serious']],
  ['a starved loop', { loopDelayMs: 201 }, ['event-loop serious']],
  ['a loop at half of what is tolerated', { loopDelayMs: 101 }, ['event-loop warning']],
  ['a certificate for four weeks', { certificateMs: 28 * DAY }, ['certificate warning']],
  ['a certificate for six days', { certificateMs: 6.9 * DAY }, ['certificate serious']],
  ['an expired certificate', { certificateMs: -1 }, ['certificate serious']],
  ['no TLS', { certificateMs: null, tokens: null }, ['certificate note']],
  ['TLS without tokens', { tokens: null }, ['tokens warning']],
  ['viewers only', { tokens: { operator: 0, viewer: 2 } }, ['tokens warning']],
];

test.each(nodes)('%s', (_what, change, expected) => {
  expect(wrong(judgeNode({ ...NODE, ...change }, timing))).toEqual(expected);
});

const vip = (change: Partial<HostFacts['vips'][number]>) => ({ vips: [{ ...VIP, ...change }] });
const setting = (change: Readonly<Record<string, string>>) => ({
  settings: { ...HOST.settings, ...change },
});
const sysctl = (change: Readonly<Record<string, number>>, besides: readonly string[] = []) =>
  vip({ besides, settings: { ...VIP.settings, ...change } });

const hosts: readonly (readonly [string, Partial<HostFacts>, readonly string[]])[] = [
  ['a fence that cannot work', { fence: [{ message: 'm', remedy: 'r' }] }, ['fence serious']],
  ['a port lease alone', { enforced: { fencing: 'port', serves: true } }, ['fencing note']],
  [
    'an address lease alone',
    { enforced: { fencing: 'address', serves: true } },
    ['fencing serious'],
  ],
  ['no fence', { enforced: { fencing: 'none', serves: true } }, ['fencing serious']],
  ['no fence where nobody writes', { enforced: { fencing: 'none', serves: false } }, []],
  ['a host that was not looked at', { enforced: null }, []],
  ['no interface', vip({ addresses: null }), ['vip-interface serious']],
  ['no carrier', vip({ carrier: false }), ['vip-interface serious']],
  ['another network', vip({ inNetwork: false }), ['vip-interface warning']],
  ['two interfaces in one network', vip({ besides: ['eth1'] }), ['arp warning']],
  ['two interfaces, set right', sysctl({ arp_ignore: 1, arp_announce: 2 }, ['eth1']), []],
  [
    'two interfaces, and strict rp_filter',
    sysctl({ arp_ignore: 1, arp_announce: 2, rp_filter: 1 }, ['eth1']),
    ['rp-filter warning'],
  ],
  ['strict rp_filter alone', sysctl({ rp_filter: 1 }), []],
  ['secondaries vanish', sysctl({ promote_secondaries: 0 }), ['promote-secondaries warning']],
  ['gratuitous ARP dropped', sysctl({ drop_gratuitous_arp: 1 }), ['gratuitous-arp serious']],
  ['a server on its own address', { listensOn: ['10.77.0.11'] }, ['listen serious']],
  ['a server on the VIP', { listensOn: ['10.77.0.100'] }, ['listen serious']],
  [
    'a server on the VIP that may come later',
    { listensOn: ['10.77.0.100'], sysctls: { nonlocalBind: true } },
    [],
  ],
  ['a watchdog that is ready', { watchdog: { mode: 'required', problem: null } }, []],
  ['a required one', { watchdog: { mode: 'required', problem: 'x' } }, ['watchdog serious']],
  ['a wished one', { watchdog: { mode: 'automatic', problem: 'x' } }, ['watchdog warning']],
  ['fsync off', setting({ fsync: 'off' }), ['database-settings serious']],
  ['no hints', setting({ wal_log_hints: 'off' }), ['database-settings warning']],
  ['checksums instead', setting({ wal_log_hints: 'off', data_checksums: 'on' }), []],
  ['local commits', setting({ synchronous_commit: 'local' }), ['database-settings serious']],
  ['a server that is not asked', { settings: null }, ['database-settings note']],
  ['a slow disk below the server', { databaseFsyncMs: [150] }, ['database-fsync serious']],
];

test.each(hosts)('%s', (_what, change, expected) => {
  expect(wrong(judgeHost({ ...HOST, ...change }, timing))).toEqual(expected);
});

test('whatever is not well has a consequence and a remedy, except where nothing is known', () => {
  const all = [
    ...nodes.flatMap(([, change]) => judgeNode({ ...NODE, ...change }, timing)),
    ...hosts.flatMap(([, change]) => judgeHost({ ...HOST, ...change }, timing)),
  ];
  for (const { severity, check, consequence, remedy } of all) {
    if (severity === 'ok') expect([consequence, remedy]).toEqual(['', '']);
    else expect([check, remedy]).not.toContain('');
    if (severity === 'serious' || severity === 'warning') expect(consequence).not.toBe('');
  }
});

function peer(change: Partial<PeerFacts> = {}, last: Partial<ClockReading> = {}): PeerFacts {
  const first = { here: 1000, there: 500_000, roundTrip: 1, wallDifference: 3 };
  return {
    peer: 'n2',
    roundTripsMs: [0.5, 0.6, 0.7],
    clocks: { first, last: { ...first, here: 3000, there: 502_000, ...last } },
    ...change,
  };
}

test.each([
  ['a near one', peer(), []],
  ['one that does not answer', peer({ roundTripsMs: [], clocks: null }), ['peer serious']],
  ['one that answered once', peer({ clocks: null }), []],
  ['a far one', peer({ roundTripsMs: [70, 75, 80] }), ['peer-latency warning']],
  ['one too far', peer({ roundTripsMs: [270, 275, 280] }), ['peer-latency serious']],
  ['one with an outlier', peer({ roundTripsMs: [1, 1, 300] }), ['peer-latency warning']],
  ['a clock within 0.1 %', peer({}, { there: 502_002.5 }), []],
  ['a clock 0.5 % fast', peer({}, { there: 502_010 }), ['clock-rate warning']],
  ['a clock 5 % slow', peer({}, { there: 501_900 }), ['clock-rate serious']],
  ['a rate that round trips hide', peer({}, { there: 502_010, roundTrip: 30 }), []],
  ['a wall clock apart', peer({}, { wallDifference: -5000 }), ['wall-clock warning']],
] as const)('another member: %s', (_what, facts, expected) => {
  expect(wrong(judgePeer(facts, timing))).toEqual(expected);
});

test('the worst comes first, and equals keep their order', () => {
  const of = (severity: Finding['severity'], check: string) => ({ severity, check });
  const sorted = bySeverity([
    of('ok', 'a'),
    of('serious', 'b'),
    of('note', 'c'),
    of('serious', 'd'),
  ]);
  expect(sorted.map(({ check }) => check).join('')).toBe('bdca');
});
