import type { FaultKind } from '../fault.js';

/** What is done, and how it is told when it is over; null: it is over at once. */
interface Words {
  readonly begins: string;
  readonly ends: string | null;
}

const WORDS: Readonly<Record<FaultKind, Words>> = {
  'agent-crash': { begins: 'the agent is killed, and started again', ends: null },
  'agent-freeze': { begins: 'the agent is frozen', ends: 'the agent goes on' },
  'agent-restart': { begins: 'the agent is told to end, and started again', ends: null },
  'database-crash': { begins: 'the database is killed', ends: null },
  'database-freeze': { begins: 'the database is frozen', ends: 'the database goes on' },
  'power-loss': { begins: 'the host loses its power', ends: 'power is back' },
  'all-power-loss': { begins: 'all hosts lose their power', ends: 'power is back' },
  'vm-pause': { begins: 'the machine is paused with its clock', ends: 'the machine goes on' },
  suspend: { begins: 'the machine is suspended', ends: 'the machine wakes up' },
  'clock-rate': { begins: 'the clock changes its rate', ends: null },
  'wall-jump': { begins: 'the wall clock jumps', ends: null },
  partition: { begins: 'cut off the network', ends: 'the network is whole' },
  'one-way': { begins: 'cut off the network in one direction', ends: 'the network is whole' },
  'client-cut': { begins: 'clients are cut off from it', ends: 'clients reach it again' },
  'stream-cut': {
    begins: 'the databases are cut from each other',
    ends: 'the databases are joined',
  },
  'agent-cut': { begins: 'the agents are cut from each other', ends: 'the agents are joined' },
  'crash-in-step': { begins: 'the agent dies between two effects', ends: null },
  'crash-in-write': { begins: 'the agent dies in a write', ends: null },
  'action-failure': { begins: 'an action on the database fails', ends: null },
  'slow-disk': { begins: 'the agent’s disk is slow', ends: 'the disk is as before' },
  'raft-disk-full': { begins: 'the agent’s disk is full', ends: 'the disk has room' },
  'raft-disk-error': { begins: 'the agent’s disk fails', ends: 'the disk works' },
  'slow-database-disk': { begins: 'the database’s disk is slow', ends: 'the disk is as before' },
  'database-disk-full': { begins: 'the database’s disk is full', ends: 'the disk has room' },
  'database-disk-error': { begins: 'the database’s disk fails', ends: 'the disk works' },
  switchover: { begins: 'an operator asks for a switchover', ends: null },
  failover: { begins: 'an operator asks for a failover', ends: null },
  'accepted-loss': { begins: 'an operator asks for a failover and accepts loss', ends: null },
  pause: { begins: 'an operator pauses or resumes', ends: null },
  'raft-loss': { begins: 'the agent loses its Raft directory', ends: null },
  'member-add': { begins: 'an operator adds this member', ends: null },
  maintenance: { begins: 'an operator takes this member aside, or gives it back', ends: null },
  'work-order': { begins: 'an operator orders a restart, or a new copy', ends: null },
  'member-remove': { begins: 'an operator removes this member', ends: null },
};

/** What happens, in words; of a name that is not known, the name. */
export function faultBegins(fault: string): string {
  return wordsOf(fault)?.begins ?? fault;
}

/** How its end is told. */
export function faultEnds(fault: string): string {
  return fault === 'all' ? 'everything is mended' : (wordsOf(fault)?.ends ?? `${fault} is over`);
}

/** Whether it lasts: then somebody or something has to end it. */
export function lasts(fault: string): boolean {
  return wordsOf(fault)?.ends !== null;
}

function wordsOf(fault: string): Words | undefined {
  return (WORDS as Readonly<Record<string, Words | undefined>>)[fault];
}
