import {
  applyAll,
  appoint,
  begin,
  confirm,
  founded,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';

it('forgets confirmed epochs whose marker the new primary never had (an operator accepted the loss)', () => {
  const first = running(founded());
  const moved = applyAll(first, [begin(first)]);
  const second = applyAll(moved, [appoint(moved, n2, undefined, position(first.epoch, 200))]);
  const confirmed = applyAll(second, [confirm(second, 3, 200)]);
  expect(confirmed.lineage.map(({ epoch }) => epoch)).toEqual([first.epoch, second.epoch]);

  const lost = applyAll(confirmed, [begin(confirmed)]);
  const stale = applyAll(lost, [appoint(lost, n3, undefined, position(first.epoch, 180))]);
  const third = applyAll(stale, [confirm(stale, 3, 180)]);
  expect(third.lineage.map(({ epoch }) => epoch)).toEqual([first.epoch, stale.epoch]);
});
