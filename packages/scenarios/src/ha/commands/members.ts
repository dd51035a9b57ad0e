import { durationOf, nodeIdOf } from '@mha4rdb/kernel';
import { TIMING_PRESETS, type DurabilitySettings, type TimingPreset } from '@mha4rdb/core';
import type { Commands } from '../../script/vocabulary.js';
import { ScriptError } from '../../script/directive.js';
import { endAgent, startAgent, take } from '../agent.js';
import { elapse, elapseUntilOpen, settle } from '../elapse.js';
import { newHost, powerOff } from '../host.js';
import { valueText } from '../tell.js';
import { hostOf, markOf, newestState, say, taken, type HaWorld, type Host } from '../world.js';

export const MEMBERS: Commands<HaWorld> = {
  cluster: {
    usage:
      'cluster data=3 [arbiters=1] [durability=majority|all|async] [degrade=yes] [timing=balanced] [priority=n2:5] [noFailover=n3] [noSync=n3]: agents with empty directories, all started',
    options: [
      'data',
      'arbiters',
      'durability',
      'degrade',
      'timing',
      'priority',
      'noFailover',
      'noSync',
    ],
    run: (world, { options }) => {
      const data = Number(options['data'] ?? 3);
      const count = data + Number(options['arbiters'] ?? 0);
      const ids = Array.from({ length: count }, (_, place) => nodeIdOf(`n${place + 1}`));
      const [preferred, priority] = (options['priority'] ?? '').split(':');
      world.timing = TIMING_PRESETS[(options['timing'] ?? 'balanced') as TimingPreset];
      const mode = (options['durability'] ?? 'majority') as DurabilitySettings['mode'];
      world.founding = {
        name: 'scenario',
        grantMs: durationOf(world.timing.grant),
        settings: { durability: { mode, degrade: options['degrade'] === 'yes' } },
        members: ids.map((id, place) => ({
          id,
          role: place < data ? 'data' : 'arbiter',
          address: `10.0.0.${place + 1}:7400`,
          ...(place < data && { database: `10.0.0.${place + 1}:5432` }),
          priority: id === preferred ? Number(priority) : 0,
          ...(id === options['noFailover'] && { noFailover: true as const }),
          ...(id === options['noSync'] && { noSync: true as const }),
        })),
      };
      for (const [place, id] of ids.entries())
        world.hosts.set(id, newHost(id, place < data ? 'data' : 'arbiter', place));
      for (const host of world.hosts.values()) startAgent(world, host);
      world.lines = [];
      settle(world);
      return [`${data} data members and ${count - data} arbiters, D ${world.timing.grant} ms`];
    },
  },
  serve: {
    usage:
      'serve [MS] [show=all]: until a member is open to clients; says who, or all that happens',
    options: ['show'],
    run: (world, { words, options }) => {
      elapseUntilOpen(world, Number(words[0] ?? 30_000));
      const lines = taken(world);
      if (options['show'] === 'all') return lines;
      const { primary, epoch, confirmed } = newestState(world);
      const rule = valueText(confirmed?.rule ?? null);
      return [`${primary ?? 'nobody'} is open in epoch ${markOf(world, epoch)}, rule ${rule}`];
    },
  },
  power: {
    usage: 'power off|on n1…: the whole host: agent, server, kernel leases',
    run: (world, { words, line }) => {
      const [state, ...ids] = words;
      for (const id of ids) {
        const host = hostOf(world, id);
        if (state === 'off') powerOff(world, host);
        else if (state === 'on') startAgent(world, host);
        else throw new ScriptError('power off or power on?', line);
      }
      settle(world);
      return taken(world);
    },
  },
  agent: {
    usage: 'agent kill|start|freeze|thaw n1…: the process beside the database, which runs on',
    run: (world, { words, line }) => {
      const [what = '', ...ids] = words;
      const verb = AGENT[what];
      if (verb === undefined) throw new ScriptError(`agent ${Object.keys(AGENT).join('|')}`, line);
      for (const id of ids) verb(world, hostOf(world, id));
      settle(world);
      return taken(world);
    },
  },
  shutdown: {
    usage: 'shutdown n1 handover|keep|immediate: the agent is asked to end',
    run: (world, { words, line }) => {
      const [id = '', mode] = words;
      if (mode !== 'handover' && mode !== 'keep' && mode !== 'immediate') {
        throw new ScriptError('handover, keep or immediate?', line);
      }
      take(world, hostOf(world, id), { type: 'shutdown', mode });
      settle(world);
      return taken(world);
    },
  },
  suspend: {
    usage:
      'suspend n1 MS [noticed=no]: MS pass for all others, n1 and its clock stand still; noticed: the agent is told',
    options: ['noticed'],
    run: (world, { words, options }) => {
      const host = hostOf(world, words[0] ?? '');
      const ms = Number(words[1]);
      say(world, `${host.id} sleeps for ${ms} ms`);
      host.asleep = true;
      elapse(world, ms);
      host.asleep = false;
      say(world, `${host.id} wakes`);
      if (options['noticed'] !== 'no') take(world, host, { type: 'gap', ms });
      world.queue.push(...host.backlog.splice(0));
      settle(world);
      return taken(world);
    },
  },
};

const AGENT: Readonly<Record<string, (world: HaWorld, host: Host) => void>> = {
  kill: (world, host) => {
    endAgent(host);
    say(world, `${host.id} agent is gone`);
  },
  start: startAgent,
  freeze: (world, host) => {
    host.frozen = true;
    say(world, `${host.id} agent gets no time`);
  },
  thaw: (world, host) => {
    host.frozen = false;
    say(world, `${host.id} agent goes on`);
    world.queue.push(...host.backlog.splice(0));
  },
};
