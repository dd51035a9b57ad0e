import {
  askingAnswer,
  foundingAnswerOf,
  foundingDecision,
  TIMING_PRESETS,
  type Founding,
  type FoundingAnswer,
  type FoundingDecision,
  type Member,
} from '@mha4rdb/core';
import { durationOf, nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import { listOf, ScriptError } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { startAgent } from '../agent.js';
import { settle } from '../elapse.js';
import { newHost } from '../host.js';
import { hostOf, say, taken, type HaWorld, type Host } from '../world.js';

/** How a cluster begins, host by host, each with a configuration of its own. */
export const FOUNDING: Commands<HaWorld> = {
  install: {
    usage:
      'install n1 members=n1,n2,n3 [arbiters=n3] [preferred=n2]: a host with empty disks and this configuration; again, another configuration',
    options: ['members', 'arbiters', 'preferred'],
    run: (world, { words, options, line }) => {
      const id = nodeIdOf(words[0] ?? '');
      const arbiters = listOf(options['arbiters'] ?? '');
      const founding = configurationOf(
        listOf(options['members'] ?? ''),
        arbiters,
        options['preferred'],
      );
      const own = founding.members.find((member) => member.id === id);
      if (own === undefined) throw new ScriptError(`${id} is not in its own list`, line);
      if (world.hosts.size === 0) {
        world.timing = TIMING_PRESETS.balanced;
        world.founding = founding;
      }
      const host = world.hosts.get(id) ?? newHost(id, own.role, world.hosts.size);
      world.hosts.set(id, host);
      host.configured = founding;
      return [];
    },
  },
  ask: {
    usage: 'ask n1…: each asks once whom its configuration names, and begins if it may',
    run: (world, { words }) => {
      const hosts = words.map((word) => hostOf(world, word)).filter(({ node }) => node === null);
      for (const host of hosts) host.asking = true;
      for (const host of hosts) ask(world, host);
      settle(world);
      return taken(world);
    },
  },
  found: {
    usage: 'found n1…: each founds without asking anybody, which shows what the asking prevents',
    run: (world, { words }) => {
      for (const word of words) startAgent(world, hostOf(world, word), { kind: 'found' });
      settle(world);
      return taken(world);
    },
  },
};

function configurationOf(
  ids: readonly string[],
  arbiters: readonly string[],
  preferred: string | undefined,
): Founding {
  const members = ids.map((name): Member => {
    const number = name.replace(/\D/g, '');
    const role = arbiters.includes(name) ? 'arbiter' : 'data';
    return {
      id: nodeIdOf(name),
      role,
      address: `10.0.0.${number}:7400`,
      ...(role === 'data' && { database: `10.0.0.${number}:5432` }),
      priority: name === preferred ? 5 : 0,
    };
  });
  return {
    name: 'scenario',
    grantMs: durationOf(TIMING_PRESETS.balanced.grant),
    settings: { durability: { mode: 'majority', degrade: true } },
    members,
  };
}

function ask(world: HaWorld, host: Host): void {
  const founding = host.configured ?? world.founding;
  const answers: Record<NodeId, FoundingAnswer> = {};
  for (const { id } of founding.members) {
    const answer = answerOf(world.hosts.get(id), host.id);
    if (id !== host.id && answer !== null) answers[id] = answer;
  }
  const { id: me, lives: wall } = host;
  const decision = foundingDecision({ me, founding, answers, joined: false, wall });
  say(world, `${host.id} ${textOf(decision)}`);
  if (decision.kind !== 'start') return;
  if (decision.entry.kind === 'join') {
    host.founds = false;
    host.lives = decision.entry.life;
  }
  startAgent(world, host, decision.entry);
}

/** Null: nobody is there to answer. */
function answerOf(host: Host | undefined, asker: NodeId): FoundingAnswer | null {
  if (host === undefined) return null;
  if (host.node !== null) return foundingAnswerOf(host.node, asker);
  return host.asking && host.configured !== null ? askingAnswer(host.configured) : null;
}

function textOf(decision: FoundingDecision): string {
  switch (decision.kind) {
    case 'start':
      return decision.entry.kind === 'found' ? 'founds' : 'joins';
    case 'retired':
      return 'was removed';
    case 'wait':
      return `waits: ${decision.reason}`;
    case 'refused':
      return `begins nothing: ${decision.reason}; ${decision.remedy}`;
  }
}
