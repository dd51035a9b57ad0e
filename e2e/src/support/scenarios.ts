import { type FaultName, type Lab, type Watch, strike } from '@mha4rdb/tools/lab';
import type { Scenario } from './cluster-suite.js';
import { SERVICE_MS, duration, failedOver, noticedLossOf, primaryOf } from './moments.js';

/** The primary is lost to a fault, another member takes over, the old one comes back. */
export function losesPrimary(fault: FaultName, forMs = 0): Scenario {
  return async (lab, watch) => {
    const struck = await strike(lab, fault);
    try {
      await failedOver(lab, watch, struck.member);
      const rest = forMs - (watch.now() - struck.at);
      if (rest > 0) await duration(rest);
    } finally {
      await struck.mend();
    }
  };
}

/** Consumers go on writing for so long beside the old primary before its agent is itself again. */
const SIDE_BY_SIDE_MS = 6_000;

/**
 * The primary's agent is lost while its database could go on alone, and an operator appoints the other
 * member at once, whatever only the old one has: the moment at which two could acknowledge.
 */
export function losesPrimaryAndData(fault: FaultName): Scenario {
  return async (lab, watch) => {
    const struck = await strike(lab, fault);
    try {
      const other = lab.dataMembers.find(({ id }) => id !== struck.member)?.id ?? '';
      const order = ['failover', '--to', other, '--allow-data-loss', '--reason', fault, '--yes'];
      expect(await lab.ctl.run(order)).toMatchObject({ code: 0 });
      await failedOver(lab, watch, struck.member);
      await duration(SIDE_BY_SIDE_MS);
    } finally {
      await struck.mend();
    }
  };
}

/** Longer than any grant of these suites: what a fault brings about has begun by then. */
const CERTAIN_MS = 5_000;

/** A fault after which the cluster may restart in place or fail over, as it decides. */
export function survives(fault: FaultName): Scenario {
  return async (lab, watch) => {
    const struck = await strike(lab, fault);
    await duration(CERTAIN_MS);
    await watch.writesAgain(watch.now(), SERVICE_MS);
    await struck.mend();
  };
}

/** A member that is not the primary is lost and comes back; the primary and its epoch stay. */
export function losesOther(fault: 'standby' | 'arbiter' | 'coordinator'): Scenario {
  return async (lab, watch) => {
    if (fault === 'coordinator') await coordinatorElsewhere(lab);
    const before = await lab.status();
    const struck = await strike(lab, fault);
    await noticedLossOf(lab, struck.member);
    await watch.writesAgain(watch.now(), SERVICE_MS);
    const during = await lab.status();
    expect([during.primary, during.epoch]).toEqual([before.primary, before.epoch]);
    await struck.mend();
  };
}

/** The primary moves by an operator's order, and moves back. */
export const switchoverForthAndBack: Scenario = async (lab, watch) => {
  const first = await primaryOf(lab);
  await strike(lab, 'switchover');
  const second = await primaryOf(lab);
  expect(second).not.toBe(first);
  await watch.writesAgain(watch.now(), SERVICE_MS);
  await lab.waitHealthy();
  const back = await lab.ctl.run(['switchover', '--to', first, '--yes']);
  expect(back).toMatchObject({ code: 0 });
  expect(await primaryOf(lab)).toBe(first);
};

/** All hosts lose their power at once and come back in an order, with pauses between them. */
export function coldStart(
  order: (lab: Lab, primary: string) => readonly string[],
  pauseMs = 0,
): Scenario {
  return async (lab: Lab, watch: Watch) => {
    const primary = await primaryOf(lab);
    await Promise.all([...lab.members.values()].map((member) => member.powerOff()));
    for (const id of order(lab, primary)) {
      await lab.member(id).powerOn();
      await duration(pauseMs);
    }
    await lab.waitHealthy();
    await watch.writesAgain(watch.now(), SERVICE_MS);
  };
}

/** All members but one, then that one. */
export function allBut(lab: Lab, last: string): string[] {
  return [...[...lab.members.keys()].filter((id) => id !== last), last];
}

/** The primary's host prefers not to coordinate; waits until it does not. */
async function coordinatorElsewhere(lab: Lab): Promise<void> {
  await lab.waitStatus(
    'a coordinator on another host than the primary',
    ({ coordinator, primary }) => coordinator !== null && coordinator !== primary,
    SERVICE_MS,
  );
}
