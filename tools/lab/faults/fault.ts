import type { Lab } from '../lab.js';
import { LabError } from '../lab-error.js';
import { processTree } from '../hosts/process-tree.js';
import { monotonicMs } from '../monotonic.js';
import { signalQuietly } from '../network/namespace.js';
import { starveOfCpu } from './starve-cpu.js';
import { starveOfMemory } from './starve-memory.js';

/** What can happen to a cluster, as `--fault` names it. */
export const FAULTS = [
  'crash',
  'power',
  'freeze-agent',
  'freeze-database',
  'kill-agent',
  'freeze-agent-tree',
  'kill-agent-tree',
  'starve-cpu',
  'starve-memory',
  'partition',
  'switchover',
  'standby',
  'coordinator',
  'arbiter',
] as const;

/** One of {@link FAULTS}. */
export type FaultName = (typeof FAULTS)[number];

/** A fault that has struck. */
export interface Struck {
  /** The member that it struck. */
  readonly member: string;
  /** What happened, for people. */
  readonly what: string;
  /** When, in {@link monotonicMs} and as wall clock. */
  readonly at: number;
  readonly wallAt: number;
  /** Ends the fault; what the cluster does then is its own affair. */
  readonly mend: () => Promise<void>;
}

type Strike = (lab: Lab, member: string) => Promise<() => Promise<void>>;

function agentPid(lab: Lab, member: string): number {
  const { pid } = lab.member(member).agent;
  if (pid === undefined) throw new LabError(`no agent runs on ${member}`);
  return pid;
}

const nothing = async (): Promise<void> => undefined;

async function power(lab: Lab, member: string): Promise<() => Promise<void>> {
  await lab.member(member).powerOff();
  return () => lab.member(member).powerOn();
}

const STRIKES: Record<FaultName, { what: string; strike: Strike }> = {
  crash: {
    what: 'the postmaster is killed (kill -9)',
    strike: async (lab, member) => {
      lab.member(member).crashDatabase();
      return nothing;
    },
  },
  power: { what: 'the host loses its power', strike: power },
  'freeze-agent': {
    what: 'the agent is frozen (SIGSTOP)',
    strike: async (lab, member) => {
      lab.member(member).agent.signal('SIGSTOP');
      return async () => lab.member(member).agent.signal('SIGCONT');
    },
  },
  'freeze-database': {
    what: 'every process of the database is frozen (SIGSTOP)',
    strike: async (lab, member) => {
      if (lab.member(member).freezeDatabase() === 0) throw new LabError(`no database on ${member}`);
      return async () => lab.member(member).thawDatabase();
    },
  },
  'kill-agent': {
    what: 'the agent is killed (kill -9), and its init system starts it again',
    strike: async (lab, member) => {
      lab.member(member).agent.signal('SIGKILL');
      return nothing;
    },
  },
  'freeze-agent-tree': {
    what: 'the agent and all its children are frozen (SIGSTOP)',
    strike: async (lab, member) => {
      const tree = processTree(agentPid(lab, member));
      for (const pid of tree) signalQuietly(pid, 'SIGSTOP');
      return async () => tree.forEach((pid) => signalQuietly(pid, 'SIGCONT'));
    },
  },
  'kill-agent-tree': {
    what: 'the agent and all its children are killed (kill -9), and stay dead',
    strike: async (lab, member) => {
      const { agent } = lab.member(member);
      const tree = processTree(agentPid(lab, member));
      agent.restart = false;
      for (const pid of tree) signalQuietly(pid, 'SIGKILL');
      return async () => {
        agent.restart = true;
        agent.start();
      };
    },
  },
  'starve-cpu': {
    what: 'busy loops take the CPU away from the agent',
    strike: (lab, member) => starveOfCpu(agentPid(lab, member)),
  },
  'starve-memory': {
    what: 'the agent gets no memory any more',
    strike: async (lab, member) => {
      const mend = starveOfMemory(agentPid(lab, member));
      return async () => mend();
    },
  },
  partition: {
    what: 'the host is cut off the network',
    strike: async (lab, member) => {
      await lab.lan.isolate(member);
      return () => lab.lan.rejoin(member);
    },
  },
  switchover: {
    what: 'an operator asks for a switchover',
    strike: async (lab) => {
      const { code, stdout, stderr } = await lab.ctl.run(['switchover', '--yes']);
      if (code !== 0)
        throw new LabError(`mhactl switchover ended with ${code}: ${stderr || stdout}`);
      return nothing;
    },
  },
  standby: { what: "a standby's host loses its power", strike: power },
  coordinator: { what: "the coordinator's host loses its power", strike: power },
  arbiter: { what: "the arbiter's host loses its power", strike: power },
};

/** Lets a fault strike the member that it is about, and answers what was done. */
export async function strike(lab: Lab, fault: FaultName): Promise<Struck> {
  const member = await victim(lab, fault);
  const { what, strike: act } = STRIKES[fault];
  const [at, wallAt] = [monotonicMs(), Date.now()];
  const mend = await act(lab, member);
  return { member, what, at, wallAt, mend };
}

async function victim(lab: Lab, fault: FaultName): Promise<string> {
  const { primary, coordinator, members } = await lab.status();
  const found =
    fault === 'standby'
      ? members.find(({ state }) => state === 'standby')?.id
      : fault === 'arbiter'
        ? members.find(({ role }) => role === 'arbiter')?.id
        : fault === 'coordinator'
          ? coordinator
          : primary;
  if (found === undefined || found === null) {
    throw new LabError(`no member for the fault "${fault}" in a ${lab.options.mode} cluster`);
  }
  return found;
}
