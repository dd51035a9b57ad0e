import type { Vector } from '../exploration/model.js';
import { partsOf } from './disk.js';
import { DISKS, MESSAGES, NODES, WRITES } from './layout.js';
import { MEMBERS } from './members.js';
import type { Entry, RaftParts } from './parts.js';
import { PARTS, STEP, TORN } from './steps.js';
import type { Message } from './timeless.js';

export function labelRaft(parts: RaftParts, before: Vector, what: number, detail: number): string {
  if (detail >= TORN) {
    const kept = Math.floor(detail / TORN) - 1;
    const step = labelRaft(parts, before, what, detail % TORN);
    return `${step}; its node crashes when ${kept} part(s) of the write are on disk, and starts again`;
  }
  const member = MEMBERS[detail] ?? '';
  switch (what) {
    case STEP.timeout:
      return `${member} hears no leader in time and campaigns`;
    case STEP.heartbeat:
      return `${member} (leader) sends heartbeats`;
    case STEP.quorumLost:
      return `${member} (leader) hears no quorum and makes way`;
    case STEP.persisted:
      return `${member}'s write is on disk`;
    case STEP.propose:
      return `a client proposes to ${member}`;
    case STEP.crash:
      return crashLabel(parts, before, Math.floor(detail / PARTS), detail % PARTS);
    case STEP.deliver:
      return `arrives: ${messageText(parts.messages.get(detail))}`;
    case STEP.deliverCopy:
      return `arrives, and will again: ${messageText(parts.messages.get(detail))}`;
    default:
      return `lost: ${messageText(parts.messages.get(detail))}`;
  }
}

function crashLabel(parts: RaftParts, before: Vector, place: number, kept: number): string {
  const member = MEMBERS[place] ?? '';
  const write = before[WRITES + place] ?? 0;
  const of = write === 0 ? 0 : partsOf(parts.writes.get(write));
  const disk = of === 0 ? 'nothing was being written' : `${kept} of ${of} parts of its write stay`;
  return `${member} crashes (${disk}) and starts again`;
}

function messageText(message: Message): string {
  const head = `${message.from} → ${message.to} ${message.kind}, term ${message.term}`;
  switch (message.kind) {
    case 'preVoteRequest':
    case 'voteRequest':
      return `${head}, log ends at ${message.lastIndex}/${message.lastTerm}`;
    case 'preVoteResponse':
    case 'voteResponse':
      return `${head}, ${message.granted ? 'granted' : 'refused'}`;
    case 'append':
      return `${head}, after ${message.prevIndex}/${message.prevTerm}: [${logText(message.entries)}], commit ${message.commit}`;
    case 'appendResponse':
      return message.outcome.kind === 'matched'
        ? `${head}, matched ${message.outcome.index}`
        : `${head}, rejected ${message.outcome.prevIndex}`;
    default:
      return head;
  }
}

function logText(entries: readonly Entry[]): string {
  return entries.map(({ index, term }) => `${index}/${term}`).join(' ');
}

export function describeRaft(parts: RaftParts, state: Vector): readonly string[] {
  const nodes = MEMBERS.map((id, place) => {
    const { role, term, votedFor, log, commit } = parts.states.get(state[NODES + place] ?? 0);
    const disk = parts.disks.get(state[DISKS + place] ?? 0);
    const { hardState } = disk;
    return `${id}: ${role} of term ${term}, vote ${votedFor ?? '-'}, log [${logText(log.entries)}], commit ${commit}; disk: term ${hardState.term}, vote ${hardState.votedFor ?? '-'}, [${logText(disk.entries)}]`;
  });
  const messages = state.slice(MESSAGES).map((id) => messageText(parts.messages.get(id)));
  return [...nodes, ...messages.map((message) => `on its way: ${message}`)];
}
