import { Lab } from '@mha4rdb/tools/lab';
import { primaryOf } from '../support/moments.js';

/** n1, which would be chosen first, must have a device that its host lacks. */
const watchdog = { mode: 'required', device: '/dev/mha4rdb-no-such-watchdog', timeout: '2s' };
const FORM_MS = 90_000;

describe('a watchdog that must be there, and is not', () => {
  let lab: Lab | undefined;
  afterAll(() => lab?.destroy());

  it('keeps its member a standby that says why, and is handed nothing', async () => {
    lab = await Lab.create({
      mode: 'dual',
      timing: 'relaxed',
      overrides: ({ id }) => (id === 'n1' ? { top: { watchdog } } : {}),
    });
    for (const member of lab.members.values()) member.agent.start();
    const { members, verdict, failoverReady } = await lab.waitStatus(
      'n2 to serve, and n1 to stand by',
      (status) =>
        status.primary === 'n2' && status.members.some(({ state }) => state === 'standby'),
      FORM_MS,
    );
    expect({ verdict, failoverReady }).toEqual({ verdict: 'degraded', failoverReady: false });
    expect(members.find(({ id }) => id === 'n1')).toMatchObject({
      watchdog: 'failed',
      watchdogMs: null,
      health: expect.stringContaining('watchdog') as string,
    });
    expect(members.find(({ id }) => id === 'n2')).toMatchObject({ watchdog: null });
    const refused = await lab.ctl.run(['switchover', '--to', 'n1', '--yes']);
    expect(refused).toMatchObject({ code: 3 });
    expect(refused.stderr).toMatch(/watchdog/);
    expect(await primaryOf(lab)).toBe('n2');
  });
});
