import { nodeIdOf } from '@mha4rdb/kernel';
import type { OperatorRequest } from '@mha4rdb/core';
import { ScriptError } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { take } from '../agent.js';
import { settle } from '../elapse.js';
import { configurationText } from '../../raft/print.js';
import { newHost } from '../host.js';
import { hostOf, say, taken, type HaWorld } from '../world.js';

export const MEMBERSHIP: Commands<HaWorld> = {
  member: {
    usage:
      'member add n4 data|arbiter|remove n3|set n3 [failover=yes|no] [sync=yes|no] by=n1 [id=o1]: asked of the agent of n1; a new host has empty disks and no power',
    options: ['by', 'id', 'failover', 'sync'],
    run: (world, { words, options, line }) => {
      const [verb, name = '', role] = words;
      const id = options['id'] ?? 'o1';
      const member = nodeIdOf(name);
      let request: OperatorRequest;
      if (verb === 'remove') request = { kind: 'removeMember', id, member };
      else if (verb === 'set') {
        const { failover, sync } = options;
        const changes = {
          ...(failover !== undefined && { noFailover: failover === 'no' }),
          ...(sync !== undefined && { noSync: sync === 'no' }),
        };
        request = { kind: 'changeMember', id, member, changes };
      } else if (verb === 'add' && (role === 'data' || role === 'arbiter')) {
        const number = name.replace(/\D/g, '');
        const database = role === 'data' ? { database: `10.0.0.${number}:5432` } : {};
        if (!world.hosts.has(member)) {
          const host = newHost(member, role, world.hosts.size);
          host.founds = false;
          world.hosts.set(member, host);
        }
        const address = `10.0.0.${number}:7400`;
        request = {
          kind: 'addMember',
          id,
          member: { id: member, role, address, ...database, priority: 0 },
        };
      } else throw new ScriptError('member add n4 data, or member remove n3?', line);
      take(world, hostOf(world, options['by'] ?? ''), { type: 'operator', request });
      settle(world);
      return taken(world);
    },
  },
  voters: {
    usage: 'voters n1: who counts in Raft, as n1 has it; n2~1 is n2 with its second Raft directory',
    run: (world, { words }) => {
      const { node } = hostOf(world, words[0] ?? '');
      if (node === null) return ['nobody answers'];
      const { value, index } = node.raft.configuration;
      return [
        `${configurationText(value)}${index > node.raft.commit ? ', not committed' : ''}`,
        ...node.cluster.members.map(
          ({ id, role, standing }) =>
            `${id} ${role}${standing === undefined ? '' : ` ${standing}`}`,
        ),
      ];
    },
  },
  wipe: {
    usage: 'wipe n3: its Raft directory and its small file are lost; its database is not',
    run: (world, { words, line }) => {
      const host = hostOf(world, words[0] ?? '');
      if (host.node !== null) throw new ScriptError(`${host.id} runs`, line);
      Object.assign(host, { raftDisk: null, memberDisk: null, founds: false });
      say(world, `${host.id} has lost its Raft directory`);
      return taken(world);
    },
  },
};
