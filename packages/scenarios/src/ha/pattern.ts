import { ScriptError } from '../script/directive.js';
import type { Packet } from './world.js';

const PATTERN = /^([\w*-]+)->([\w*-]+)(?::(\w+)(?::(\w+))?)?$/;
const KINDS = ['raft', 'report', 'proposal', 'retired', 'members'];

/** `n1->*`, `n1->n2:report`, `n1->*:proposal:SetDurability`: what members say to each other. */
export function packetsLike(texts: readonly string[], line: number): (packet: Packet) => boolean {
  const all = texts.map((text) => packetLike(text, line));
  return (packet) => all.some((matches) => matches(packet));
}

function packetLike(text: string, line: number): (packet: Packet) => boolean {
  const [, from, to, kind, what] = PATTERN.exec(text) ?? [];
  if (from === undefined || (kind !== undefined && !KINDS.includes(kind))) {
    throw new ScriptError(`"${text}" is no pattern; write n1->*:proposal:RenewGrant`, line);
  }
  return (packet) =>
    (from === '*' || from === packet.from) &&
    (to === '*' || to === packet.to) &&
    (kind === undefined || kind === packet.message.kind) &&
    (what === undefined || what === whatOf(packet));
}

function whatOf({ message }: Packet): string {
  if (message.kind === 'proposal') return message.command.type;
  return message.kind === 'raft' ? message.message.kind : message.kind;
}
