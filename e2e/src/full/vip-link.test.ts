import { LAB_NETWORK, Lab, Watch, complaints, runCommand } from '@mha4rdb/tools/lab';
import { SERVICE_MS, duration, primaryOf } from '../support/moments.js';

const INTERFACE = 'vip0';
const FORM_TIMEOUT_MS = 180_000;

/** The VIP on an interface of its own, so that the members hear each other when it loses its link. */
describe('the interface of the VIP, beside that of the cluster', () => {
  let lab: Lab;

  beforeAll(async () => {
    const address = `${LAB_NETWORK.vip}/${LAB_NETWORK.prefixLength}`;
    const vip = [{ address, interface: INTERFACE }];
    lab = await Lab.create({
      mode: 'dual',
      overrides: ({ role }) => (role === 'data' ? { top: { vip } } : {}),
    });
    for (const { id } of lab.dataMembers) {
      const over = ['name', INTERFACE, 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge'];
      await ip(id, 'link', 'add', ...over);
      await ip(id, 'link', 'set', INTERFACE, 'up');
    }
    await lab.form();
  }, FORM_TIMEOUT_MS);

  afterAll(() => lab.destroy());

  async function ip(member: string, ...words: readonly string[]): Promise<void> {
    const [file, ...args] = lab.member(member).host.command(['ip', ...words]);
    await runCommand(file, args);
  }

  it('loses its link: the primary hands over in order, and the history says why', async () => {
    const watch = await Watch.begin(lab, 'link');
    const old = await primaryOf(lab);
    await ip(old, 'link', 'set', INTERFACE, 'down');
    const { primary } = await lab.waitStatus(
      'a primary whose VIP has a link',
      (status) => status.primary !== null && status.primary !== old,
      SERVICE_MS,
    );
    await watch.writesAgain(watch.now(), SERVICE_MS);
    const events = await lab.ctl.history(10);
    expect(events.find(({ kind }) => kind === 'switchover')).toMatchObject({
      from: old,
      to: primary,
      trigger: `${INTERFACE}, which carries a VIP, has no link`,
      initiator: old,
      result: 'done',
    });
    await ip(old, 'link', 'set', INTERFACE, 'up');
    await lab.waitHealthy();
    expect(complaints(await watch.finish())).toEqual([]);
  }, 120_000);

  it('loses its link on every host: the primary stays, and the cluster says so', async () => {
    const { primary, epoch } = await lab.waitHealthy();
    for (const { id } of lab.dataMembers) {
      if (id !== primary) await ip(id, 'link', 'set', INTERFACE, 'down');
    }
    // Only once the standby's trouble is known: it must not look better.
    await duration(2_000);
    await ip(primary ?? '', 'link', 'set', INTERFACE, 'down');
    const status = await lab.waitStatus(
      'the trouble in the status',
      ({ reasons }) => reasons.some((reason) => reason.includes(`${INTERFACE}, which carries`)),
      SERVICE_MS,
    );
    expect(status).toMatchObject({ primary, epoch, verdict: 'degraded' });
    for (const { id } of lab.dataMembers) await ip(id, 'link', 'set', INTERFACE, 'up');
    await lab.waitHealthy();
  }, 120_000);
});
