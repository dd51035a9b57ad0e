import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LAB_NETWORK, type Lab, waitUntil } from '@mha4rdb/tools/lab';
import { clusterSuite } from '../support/cluster-suite.js';
import { SERVICE_MS, primaryOf } from '../support/moments.js';
import { losesPrimary } from '../support/scenarios.js';

/** A cloud: one file that says which node an address leads to, and a log of what was asked of it. */
const cloud = mkdtempSync(path.join(tmpdir(), 'mha4rdb-cloud-'));
const api = path.join(cloud, 'api');
chmodSync(cloud, 0o755);
writeFileSync(
  api,
  `#!/bin/sh
echo "$1 $MHA_NODE $MHA_EPOCH" >> ${cloud}/log
case $1 in
acquire) echo "$MHA_NODE" > ${cloud}/leads-to.$$ && mv ${cloud}/leads-to.$$ ${cloud}/leads-to ;;
release) rm -f ${cloud}/leads-to ;;
status) [ "$(cat ${cloud}/leads-to 2>/dev/null)" = "$MHA_NODE" ] ;;
esac
`,
  { mode: 0o755 },
);
afterAll(() => rmSync(cloud, { recursive: true }));

const ADDRESS = '203.0.113.10/32';

const vip = [
  { address: `${LAB_NETWORK.vip}/${LAB_NETWORK.prefixLength}`, interface: 'eth0' },
  {
    driver: 'hook',
    address: ADDRESS,
    ...{ acquire: [api, 'acquire'], release: [api, 'release'], status: [api, 'status'] },
  },
];

function leadsTo(): string {
  try {
    return readFileSync(path.join(cloud, 'leads-to'), 'utf8').trim();
  } catch {
    return '';
  }
}

async function leadsToPrimary(lab: Lab): Promise<void> {
  await waitUntil(async () => leadsTo() === (await primaryOf(lab)), {
    timeoutMs: SERVICE_MS,
    what: 'the cloud to lead to the primary',
  });
  const { vip: shown, primary } = await lab.waitStatus(
    'the address to be seen on the primary',
    (status) => status.vip.some(({ address, holder }) => address === ADDRESS && holder !== null),
    SERVICE_MS,
  );
  expect(shown).toContainEqual({ address: ADDRESS, holder: primary, observed: true });
}

clusterSuite(
  'a VIP that commands move',
  { mode: 'dual', overrides: ({ role }) => (role === 'data' ? { top: { vip } } : {}) },
  ({ scenario }) => {
    scenario('it follows a planned switchover', async (lab) => {
      await leadsToPrimary(lab);
      const before = leadsTo();
      expect(await lab.ctl.run(['switchover', '--yes'])).toMatchObject({ code: 0 });
      await leadsToPrimary(lab);
      expect(leadsTo()).not.toBe(before);
    });

    scenario('it is taken from a primary that lost its power', async (lab, watch) => {
      await losesPrimary('power')(lab, watch);
      await leadsToPrimary(lab);
      const asked = readFileSync(path.join(cloud, 'log'), 'utf8').trim().split('\n');
      const epochs = asked
        .filter((line) => line.startsWith('acquire'))
        .map((line) => Number(line.split(' ')[2]));
      expect(epochs.length).toBeGreaterThanOrEqual(3);
      expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    });
  },
);
