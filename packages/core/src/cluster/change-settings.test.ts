import { logIndexOf, termOf } from '@mha4rdb/kernel';
import { classifyRequest } from '../coordinator/operator.js';
import type { OperatorRequest } from '../node/event.js';
import { applyAll, founded, n1, running } from '../testing/cluster-fixture.js';
import { situation } from '../testing/coordinator-fixture.js';
import { applyCommand } from './apply.js';
import { settingsRevision } from './change-settings.js';
import type { Command } from './command.js';
import { changedSettings, settingsOf, type Setting } from './setting-keys.js';
import type { ClusterState } from './state.js';

const inService = running(founded());
const alone = running(founded(2, 1, { mode: 'majority', degrade: true }), n1, {
  standbys: [],
  acks: 0,
});

function ask(state: ClusterState, changes: readonly Setting[], revision: number | null = null) {
  const request: OperatorRequest = { kind: 'settings', id: 'op', revision, changes };
  return classifyRequest(situation({ state, now: 9000 }), request);
}

function set(state: ClusterState, changes: readonly Setting[]): ClusterState {
  const verdict = ask(state, changes);
  if (verdict.kind !== 'propose') throw new Error(`not proposed: ${JSON.stringify(verdict)}`);
  return applyAll(state, [verdict.command]);
}

const all: Setting = { key: 'durability.mode', value: 'all' };
const degrade: Setting = { key: 'durability.degrade', value: 'true' };
const strict: Setting = { key: 'durability.degrade', value: 'false' };

test('several at once; the rule in force stays what it is, and the revision is the entry that did it', () => {
  const changed = set(inService, [degrade, all]);
  expect(settingsOf(changed.settings)).toEqual([all, degrade]);
  expect(changed.confirmed).toEqual(inService.confirmed);
  expect(settingsRevision(changed)).toBe(changed.revision);
  expect(changed.events.at(-1)).toMatchObject({
    id: 'op',
    kind: 'settings',
    result: 'done',
    detail: 'durability.mode = all, durability.degrade = true',
  });
});

test.each([
  ['an unknown key', inService, { key: 'colour', value: 'red' }, null, 'unknown-key'],
  [
    'a key that is inherited by every object',
    inService,
    { key: 'constructor', value: '' },
    null,
    'unknown-key',
  ],
  ['a wrong value', inService, { key: 'durability.mode', value: 'some' }, null, 'bad-value'],
  ['what each file says', inService, { key: 'database.port', value: '1' }, null, 'not-replicated'],
  [
    'what grants were counted with',
    inService,
    { key: 'timing.grant', value: '1s' },
    null,
    'not-replicated',
  ],
  ['another revision', inService, degrade, 99, 'changed-meanwhile'],
  ['what would shut clients out', alone, strict, null, 'would-close'],
  ['before the cluster is formed', founded(), degrade, null, 'forming'],
])('refused: %s', (_, state, change, revision, code) => {
  expect(ask(state, [change], revision)).toMatchObject({ kind: 'refused', code });
});

test('a stricter mode that the rule does not reach yet is refused without degrade, and taken with it', () => {
  expect(ask(inService, [all])).toMatchObject({ kind: 'refused', code: 'would-close' });
  expect(ask(inService, [all, degrade])).toMatchObject({ kind: 'propose' });
});

test('what is so already is done', () => {
  expect(ask(inService, [strict], 0)).toMatchObject({ kind: 'done' });
});

test('of two that were computed from the same settings the second changes nothing', () => {
  const command: Command = {
    type: 'SetSettings',
    operation: 'late',
    revision: 0,
    settings: inService.settings,
    at: 0,
  };
  const changed = set(inService, [degrade]);
  const place = { index: logIndexOf(changed.revision + 1), term: termOf(1) };
  expect(applyCommand(changed, command, place)).toMatchObject({ state: changed });
  expect(applyCommand(changed, command, place).refused).toContain('revision 0');
});

test('the first key that cannot be changed is named, with what would be right', () => {
  const result = changedSettings(inService.settings, [
    degrade,
    { key: 'durability.mode', value: 'x' },
  ]);
  expect(result).toMatchObject({
    ok: false,
    error: {
      message: expect.stringContaining('durability.mode') as string,
      remedy: 'majority | all | async',
    },
  });
});
