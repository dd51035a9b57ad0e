import type { Diagnosis } from '@mha4rdb/client';
import { type Lab, tryCommand } from '@mha4rdb/tools/lab';
import { clusterSuite } from '../support/cluster-suite.js';
import { noticedLossOf, primaryOf } from '../support/moments.js';

/** Members look for some seconds, and longer for one that does not answer. */
const DOCTOR_MS = 60_000;

async function doctor(lab: Lab): Promise<{ code: number; diagnosis: Diagnosis }> {
  const { code, stdout } = await lab.ctl.run(['doctor', '-o', 'json'], DOCTOR_MS);
  return { code, diagnosis: JSON.parse(stdout) as Diagnosis };
}

const of = ({ findings }: Diagnosis, member: string, check: string) =>
  findings.filter((finding) => finding.member === member && finding.check === check);

clusterSuite('the doctor', { mode: 'dual' }, ({ scenario }) => {
  scenario('every member is examined, beside running clients', async (lab) => {
    const { diagnosis } = await doctor(lab);
    expect(diagnosis).toMatchObject({ schema: 1, unreachable: [] });
    for (const member of ['n1', 'n2', 'n3']) {
      for (const check of ['kernel', 'raft-fsync', 'event-loop']) {
        expect(of(diagnosis, member, check)).toHaveLength(1);
      }
      expect(of(diagnosis, member, 'peer-latency')).toHaveLength(2);
      expect(of(diagnosis, member, 'clock-rate')).toHaveLength(2);
    }
    for (const member of ['n1', 'n2']) {
      expect(of(diagnosis, member, 'fence')).toMatchObject([{ severity: 'ok' }]);
      expect(of(diagnosis, member, 'database-settings')).toMatchObject([{ severity: 'ok' }]);
      expect(of(diagnosis, member, 'database-fsync')).toHaveLength(1);
    }
    expect(of(diagnosis, 'n3', 'fence')).toEqual([]);
    const primary = await primaryOf(lab);
    expect(of(diagnosis, primary, 'fencing')).toMatchObject([
      { severity: 'ok', message: 'fencing: address+port, and clients write here' },
    ]);
  });

  scenario(
    'a wrong kernel setting on one host is found there, and a silent member is named',
    async (lab) => {
      const n2 = lab.member('n2');
      const [file, ...words] = n2.host.command([
        'sysctl',
        '-w',
        'net.ipv4.conf.all.drop_gratuitous_arp=1',
      ]);
      expect(await tryCommand(file, words, { timeoutMs: 5000 })).toMatchObject({ code: 0 });
      await lab.member('n3').powerOff();
      await noticedLossOf(lab, 'n3');
      const { code, diagnosis } = await doctor(lab);
      expect(code).toBe(1);
      expect(diagnosis).toMatchObject({ ok: false, unreachable: ['n3'] });
      expect(of(diagnosis, 'n2', 'gratuitous-arp')).toMatchObject([{ severity: 'serious' }]);
      expect(of(diagnosis, 'n1', 'gratuitous-arp')).toEqual([]);
      expect(of(diagnosis, 'n3', 'reachable')).toMatchObject([{ severity: 'serious' }]);
      expect(of(diagnosis, 'n1', 'peer')).toMatchObject([{ severity: 'serious' }]);
      await lab.member('n3').powerOn();
    },
  );
});
