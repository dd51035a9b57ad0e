import type { NodeId } from '@mha4rdb/kernel';
import { nodeOfVoter } from '@mha4rdb/kernel';
import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import { voterOf } from '../cluster/identity.js';
import type { ClusterState, Member } from '../cluster/state.js';
import { majoritySize } from '../quorum/majority.js';
import { isJoint, membersOf, type Configuration } from '../raft/membership/configuration.js';
import type { Situation } from './decide.js';
import { freshReport } from './decide.js';

/** For so long a transfer of the leadership is waited for. */
const TRANSFER_MS = 5000;

/** What the coordinator knows of Raft's own configuration. */
export interface RaftView {
  readonly me: NodeId;
  readonly configuration: Configuration;
  readonly committed: boolean;
  /** Answered this leader lately. */
  readonly answers: (voter: NodeId) => boolean;
  readonly isCaughtUp: (voter: NodeId) => boolean;
}

/** The next step from what is to what is wanted, and what it waits for. At most one at a time. */
export type MembershipStep =
  | { readonly kind: 'none'; readonly why: string | null }
  | { readonly kind: 'command'; readonly command: Command; readonly why: string }
  | {
      readonly kind: 'configure';
      readonly voters: readonly NodeId[];
      readonly learners: readonly NodeId[];
      readonly why: string;
    }
  /** The leadership first goes to one that stays: that costs no election time-out (R49). */
  | { readonly kind: 'transfer'; readonly to: NodeId; readonly why: string };

/**
 * Compares the wanted list with what members report of themselves and with Raft's configuration.
 * Level-triggered: nothing is remembered, so that the next coordinator goes on where this one ended.
 */
export function decideMembership(situation: Situation, raft: RaftView): MembershipStep {
  const step =
    admit(situation) ??
    remove(situation) ??
    configure(situation, raft) ??
    promote(situation, raft) ??
    establish(situation, raft);
  return step ?? { kind: 'none', why: null };
}

/**
 * A member that speaks under a life that the list does not know: new, or back without its directory.
 * One that leaves too: until it is removed an election may need what it has, and it gives no evidence
 * under a life that is not admitted.
 */
function admit(situation: Situation): MembershipStep | null {
  const { state, wall } = situation;
  for (const { id, life } of state.members) {
    const report = freshReport(situation, id);
    if (report === null || report.life <= (life ?? 0)) continue;
    return {
      kind: 'command',
      command: { type: 'ReadmitMember', member: id, life: report.life, at: wall },
      why: `${id} is being admitted`,
    };
  }
  return null;
}

/** Off the list as soon as no rule counts on it (protocol §7). */
function remove({ state, wall, term }: Situation): MembershipStep | null {
  const leaving = state.members.find(({ standing }) => standing === 'leaving');
  if (leaving === undefined) return null;
  const command: Command = { type: 'RemoveMember', member: leaving.id, at: wall };
  const { refused } = applyCommand(state, command, { index: state.revision, term });
  return refused === null
    ? { kind: 'command', command, why: `${leaving.id} is being removed` }
    : null;
}

/**
 * Who is not wanted leaves the configuration, who is wanted and not in it enters as a learner, both in
 * one step. Never into a set of voters of which no majority answers: the joint state would be a trap.
 */
function configure({ state, view, now }: Situation, raft: RaftView): MembershipStep | null {
  const { voters, learners } = raft.configuration;
  const wanted = wantedVoters(state);
  const present = membersOf(raft.configuration);
  const missing = wanted.filter((id) => !present.includes(id));
  const strangers = present.filter((id) => !wanted.includes(id));
  if (!raft.committed || isJoint(raft.configuration)) {
    return { kind: 'none', why: 'the last step of a change of members is being committed' };
  }
  if (missing.length === 0 && strangers.length === 0) return null;
  const staying = voters.filter((id) => wanted.includes(id));
  const what = [
    ...missing.map((id) => `${nodeOfVoter(id)} enters as a learner`),
    ...strangers.map((id) => `${id} leaves`),
  ].join(', ');
  const silent = unreachable(staying, raft);
  if (strangers.includes(raft.me)) {
    const { transferAt } = view;
    if (transferAt !== null && now - transferAt < TRANSFER_MS) {
      return { kind: 'none', why: `${what}: the leadership is being handed on` };
    }
    // Whatever the change waits for: members do not report to who is off their list, so that it would
    // never learn of a life that has to be admitted first. If nobody takes it, it leaves all the same.
    const to = staying.find((id) => raft.isCaughtUp(id));
    if (to !== undefined && (transferAt === null || silent !== null)) {
      return { kind: 'transfer', to, why: `${what}: hands the leadership on` };
    }
  }
  if (silent !== null) return { kind: 'none', why: `${what}: waits for ${silent}` };
  return {
    kind: 'configure',
    voters: staying,
    learners: [...learners.filter((id) => wanted.includes(id)), ...missing],
    why: what,
  };
}

/** Learners vote once they have caught up (R50), new data members once their database streams too. */
function promote(situation: Situation, raft: RaftView): MembershipStep | null {
  const { voters, learners } = raft.configuration;
  const ready = learners.filter(
    (id) => raft.isCaughtUp(id) && objectionToVoting(situation, nodeOfVoter(id)) === null,
  );
  if (ready.length === 0) return null;
  const next = [...voters, ...ready];
  const names = ready.map(nodeOfVoter).join(', ');
  const silent = unreachable(next, raft);
  if (silent !== null) return { kind: 'none', why: `${names} would vote: waits for ${silent}` };
  return {
    kind: 'configure',
    voters: next,
    learners: learners.filter((id) => !ready.includes(id)),
    why: `${names} becomes a voter`,
  };
}

/** A new member that votes (and streams) is one like any other from now on; or what is waited for. */
function establish(situation: Situation, raft: RaftView): MembershipStep | null {
  const waiting: string[] = [];
  for (const member of situation.state.members) {
    const objection = objectionToArrival(situation, member, raft);
    if (objection !== null) waiting.push(`${member.id} ${objection}`);
    else if (member.standing === 'joining') {
      return {
        kind: 'command',
        command: { type: 'EstablishMember', member: member.id, at: situation.wall },
        why: `${member.id} has arrived`,
      };
    }
  }
  return waiting.length === 0 ? null : { kind: 'none', why: waiting.join('; ') };
}

function objectionToArrival(situation: Situation, member: Member, raft: RaftView): string | null {
  const voter = voterOf(member);
  if (member.standing === 'leaving') return 'leaves as soon as no commit counts on it';
  if (voter === null) return 'was added and has not been heard of';
  const objection = objectionToVoting(situation, member.id);
  if (raft.configuration.voters.includes(voter)) return objection;
  return objection ?? 'has not caught up with the log';
}

/** Why a new data member is not ready; null for everybody else. */
function objectionToVoting(situation: Situation, id: NodeId): string | null {
  const member = situation.state.members.find((one) => one.id === id);
  if (member?.standing !== 'joining') return null;
  const report = freshReport(situation, id);
  if (report === null) return 'is not within reach';
  if (member.role === 'arbiter') return null;
  const { database, action } = report;
  if (action === 'clone') return 'is being copied';
  return database?.role === 'standby' && database.receiving === true
    ? null
    : 'does not stream from the primary yet';
}

function wantedVoters(state: ClusterState): readonly NodeId[] {
  return state.members.flatMap((member: Member) => voterOf(member) ?? []);
}

/** The voters that are missing for a majority of these; null when one answers. */
function unreachable(voters: readonly NodeId[], raft: RaftView): string | null {
  const silent = voters.filter((id) => id !== raft.me && !raft.answers(id));
  if (voters.length > 0 && voters.length - silent.length >= majoritySize(voters.length))
    return null;
  return silent.length === 0 ? 'a voter that stays' : silent.map(nodeOfVoter).join(', ');
}
