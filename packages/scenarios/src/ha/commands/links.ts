import { listOf, ScriptError } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { deliver } from '../agent.js';
import { settle } from '../elapse.js';
import { packetsLike } from '../pattern.js';
import { taken, type HaWorld } from '../world.js';

export const LINKS: Commands<HaWorld> = {
  partition: {
    usage: 'partition n1 n2,n3 [databases=no]: nothing passes between the groups, replication too',
    options: ['databases'],
    run: (world, { words, options }) => {
      const groups = words.map((word) => listOf(word));
      const groupOf = (id: string): number => groups.findIndex((group) => group.includes(id));
      world.cuts.push(({ from, to }) => groupOf(from) !== groupOf(to));
      if (options['databases'] !== 'no') {
        for (const one of world.hosts.keys()) {
          for (const other of world.hosts.keys()) {
            if (groupOf(one) !== groupOf(other)) world.apart.add(`${one} ${other}`);
          }
        }
      }
      settle(world);
      return [`parted: ${groups.map((group) => group.join(' ')).join(' | ')}`, ...taken(world)];
    },
  },
  apart: {
    usage: 'apart n1 n2: only their databases do not reach each other',
    run: (world, { words }) => {
      world.apart.add(words.join(' '));
      settle(world);
      return taken(world);
    },
  },
  cut: {
    usage: 'cut PATTERN…: these are lost; n1->*, n1->n2:report, *->n1:proposal:RenewGrant, …',
    run: (world, { words, line }) => {
      world.cuts.push(packetsLike(words, line));
      return [];
    },
  },
  delay: {
    usage: 'delay PATTERN…: from now on these stay on their way until `arrive`',
    run: (world, { words, line }) => {
      world.delays.push(packetsLike(words, line));
      return [];
    },
  },
  arrive: {
    usage: 'arrive [first=N]: what was delayed arrives now, and nothing is delayed any more',
    options: ['first'],
    run: (world, { options, line }) => {
      const due = world.delayed.slice(0, Number(options['first'] ?? Infinity));
      if (due.length === 0) throw new ScriptError('nothing was delayed', line);
      world.delayed = [];
      world.delays = [];
      for (const packet of due) world.queue.push(() => deliver(world, packet));
      settle(world);
      return [`arrived: ${due.length}`, ...taken(world)];
    },
  },
  heal: {
    usage: 'heal: everybody reaches everybody',
    run: (world) => {
      world.cuts = [];
      world.apart.clear();
      settle(world);
      return taken(world);
    },
  },
};
