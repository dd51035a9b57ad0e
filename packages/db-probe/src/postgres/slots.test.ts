import { nodeIdOf } from '@mha4rdb/kernel';
import { planSlots, readSlots, slotNameOf, type SlotView } from './slots.js';

const slot = (name: string, change: Partial<SlotView> = {}): SlotView => ({
  name,
  active: false,
  restartLsn: 100,
  ...change,
});
const wish = (name: string, keepFrom: number | null = null) => ({ name, keepFrom });

test('each member has a name of its own, within what the server takes', () => {
  expect(slotNameOf(nodeIdOf('rack-2-n1'))).toBe('mha_rack_2_n1');
  expect(slotNameOf(nodeIdOf('a'.repeat(59)))).toHaveLength(63);
  expect(slotNameOf(nodeIdOf('a'.repeat(60)))).toBeNull();
});

test.each([
  ['a missing one is created', [], [wish('mha_n2', 500)], [{ kind: 'create', name: 'mha_n2' }]],
  [
    'it follows its member',
    [slot('mha_n2')],
    [wish('mha_n2', 500)],
    [{ kind: 'advance', name: 'mha_n2', lsn: 500 }],
  ],
  ['it never moves back', [slot('mha_n2')], [wish('mha_n2', 99)], []],
  ['of a member that says nothing it stays where it is', [slot('mha_n2')], [wish('mha_n2')], []],
  [
    'one that somebody streams through is moved by that',
    [slot('mha_n2', { active: true })],
    [wish('mha_n2', 500)],
    [],
  ],
  [
    'one that lost its log begins anew',
    [slot('mha_n2', { restartLsn: null })],
    [wish('mha_n2', 500)],
    [
      { kind: 'drop', name: 'mha_n2' },
      { kind: 'create', name: 'mha_n2' },
    ],
  ],
  [
    'that of a former member goes, that of somebody else never',
    [slot('mha_n9'), slot('backup')],
    [],
    [{ kind: 'drop', name: 'mha_n9' }],
  ],
  ['one that is in use is not dropped', [slot('mha_n9', { active: true })], [], []],
] as const)('%s', (_case, slots, wishes, changes) => {
  expect(planSlots(slots, wishes)).toEqual(changes);
});

test('a server without slots still says where its log begins and ends', () => {
  const row = { name: null, active: null, restart: null, redo: '0/10', end: '0/20' };
  expect(readSlots([row])).toEqual({ slots: [], redoLsn: 0x10, endLsn: 0x20 });
  const used = { ...row, name: 'backup', active: true, restart: '0/15' };
  expect(readSlots([used]).slots).toEqual([{ name: 'backup', active: true, restartLsn: 0x15 }]);
});
