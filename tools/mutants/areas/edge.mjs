import { unit } from '../checks.mjs';

/** The counterexamples of protocol §9 whose rules stand outside of core. */
export const edge = [
  {
    id: 'damaged-settings-overwritten',
    rule: 'protocol §9',
    what: "the server's configuration is written without a rule when the one before cannot be read",
    file: 'packages/db-control/src/postgres/settings-store.ts',
    find: `if (state !== undefined || change.rule !== undefined) return state;`,
    replace: `return state;`,
    aimed: [unit('db-control/postgres/settings-store')],
  },
  {
    id: 'port-lease-counts-from-a-former-look',
    rule: 'protocol §9',
    what: 'a port lease is made as if its token ended when the clock was read before: a freeze outlives the grant',
    file: 'packages/vip/src/port-lease.ts',
    find: `endsAtMost: addDuration(clock.afterArm, armed),`,
    replace: `endsAtMost: addDuration(clock.beforeArm, armed),`,
    aimed: [unit('vip/port-lease')],
  },
  {
    id: 'port-lease-without-slack',
    rule: 'protocol §5',
    what: 'a port lease may end as late as the grant',
    file: 'packages/vip/src/port-lease.ts',
    find: `elapsed(tokenEndsAtMost, until) - KERNEL_SLACK_MS`,
    replace: `elapsed(tokenEndsAtMost, until)`,
    aimed: [unit('vip/port-lease')],
  },
];
