import { COMMITTED_DECISIONS, type MemberAction, type NodeEffect } from '@mha4rdb/core';
import { markOf, say, type HaWorld, type Host } from './world.js';

type Decision = Extract<NodeEffect, { type: 'decided' }>['decision'];

/** Actions are told when they begin, and when they fail or were held. */
const SILENT = new Set([
  'following',
  'sealed',
  'promoted',
  'following-primary',
  'rewound',
  'cloned',
  'started',
  'stopped',
  'initialized',
  'handed-over',
  'applyRule',
  'writeMarker',
  'barrier',
  'admit',
  'checkpoint',
  'vip-acquired',
  'vip-released',
  'opened',
]);

export function tellDecision(world: HaWorld, host: Host, { event, fields }: Decision): void {
  if (SILENT.has(event)) return;
  const { epoch, ...rest } = fields;
  const text = `${event}${fieldsText(world, WITH_EPOCH.has(event) ? { epoch, ...rest } : rest)}`;
  if (!COMMITTED_DECISIONS.has(event)) return say(world, `${host.id} ${text}`);
  const times = (host.applied.get(text) ?? 0) + 1;
  host.applied.set(text, times);
  if (times <= (world.told.get(text) ?? 0)) return;
  world.told.set(text, times);
  say(world, `committed: ${text}`);
}

export function actionText(world: HaWorld, { kind, ...rest }: MemberAction): string {
  return `${kind}${fieldsText(world, rest)}`;
}

const WITH_EPOCH = new Set(['appointed', 'fenced']);
/** What says nothing about the guarantee: names drawn anew, and how long something took. */
const UNTOLD = new Set(['clusterId', 'detectMs', 'term', 'longestMs', 'ms', 'index']);
const INDICES = new Set(['epoch', 'election']);

function fieldsText(world: HaWorld, fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([key, value]) => value != null && !UNTOLD.has(key))
    .map(([key, value]) => {
      const isIndex = INDICES.has(key) && typeof value === 'number';
      const text = isIndex ? markOf(world, value) : valueText(value);
      return ` ${key}=${steadyText(world, text)}`;
    })
    .join('');
}

/** Indices of the log in sentences: they would change with every timing. */
export function steadyText(world: HaWorld, text: string): string {
  return text
    .replace(/\bepoch (\d+)/g, (_, index) => `epoch ${markOf(world, Number(index))}`)
    .replace(/\bentry \d+/g, 'entry N');
}

export function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    const text = String(value);
    return text.includes(' ') ? `"${text}"` : text;
  }
  if ('standbys' in value && 'acks' in value && Array.isArray(value.standbys)) {
    return `${String(value.acks)}(${value.standbys.join(' ')})`;
  }
  return JSON.stringify(value);
}
