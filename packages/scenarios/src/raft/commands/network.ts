import { listOf, ScriptError } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { anyOf } from '../pattern.js';
import { messageText, type Message } from '../print.js';
import { deliver, shown, type RaftWorld } from '../world.js';

export const NETWORK: Commands<RaftWorld> = {
  network: {
    usage: 'network: what is on its way',
    run: ({ net, delayed }) => [
      ...net.map(messageText),
      ...delayed.map((message) => `${messageText(message)} (delayed)`),
    ],
  },
  deliver: {
    usage:
      'deliver PATTERN… [first=N]: these arrive, oldest first; what they cause stays on its way',
    options: ['first'],
    run: (world, { words, options, line }) => {
      const taken = take(world, words, line, Number(options['first'] ?? Infinity));
      return shown(taken.flatMap((message) => deliver(world, message)));
    },
  },
  drop: {
    usage: 'drop PATTERN…: these are lost',
    run: (world, { words, line }) =>
      take(world, words, line).map((message) => `lost: ${messageText(message)}`),
  },
  duplicate: {
    usage: 'duplicate PATTERN…: each of these will arrive once more, after all others',
    run: (world, { words, line }) => {
      const copies = world.net.filter(anyOf(words, line)).map((message) => ({ ...message }));
      world.net.push(...copies);
      return nonEmpty(copies, line).map((message) => `twice: ${messageText(message)}`);
    },
  },
  reorder: {
    usage: 'reorder PATTERN…: these will arrive before all others, the youngest first',
    run: (world, { words, line }) => {
      const taken = take(world, words, line);
      world.net.unshift(...taken.reverse());
      return taken.map((message) => `next: ${messageText(message)}`);
    },
  },
  delay: {
    usage: 'delay PATTERN…: these stay on their way until `arrive`',
    run: (world, { words, line }) => {
      const taken = take(world, words, line);
      world.delayed.push(...taken);
      return taken.map((message) => `delayed: ${messageText(message)}`);
    },
  },
  arrive: {
    usage: 'arrive [PATTERN…] [first=N]: what was delayed arrives now',
    options: ['first'],
    run: (world, { words, options, line }) => {
      const matching = world.delayed.filter(anyOf(words, line));
      const due = nonEmpty(matching.slice(0, Number(options['first'] ?? Infinity)), line);
      world.delayed = world.delayed.filter((message) => !due.includes(message));
      return shown(due.flatMap((message) => deliver(world, message)));
    },
  },
  cut: {
    usage: 'cut PATTERN…: from now on these are lost when they are sent',
    run: (world, { words, line }) => {
      world.cuts.push(anyOf(words, line));
      return [`cut ${words.join(' ')}`];
    },
  },
  partition: {
    usage: 'partition a,b c,d: nothing passes between the groups; what is on its way is lost too',
    run: (world, { words }) => {
      const groups = words.map((word) => listOf(word));
      const cuts = ({ from, to }: Message): boolean =>
        !groups.some((group) => group.includes(from) && group.includes(to));
      world.cuts.push(cuts);
      world.net = world.net.filter((message) => !cuts(message));
      return [`parted: ${groups.map((group) => group.join(' ')).join(' | ')}`];
    },
  },
  heal: {
    usage: 'heal: nothing is cut any more',
    run: (world) => {
      world.cuts = [];
      return ['healed'];
    },
  },
};

function take(
  world: RaftWorld,
  patterns: readonly string[],
  line: number,
  limit = Infinity,
): Message[] {
  const taken = world.net.filter(anyOf(patterns, line)).slice(0, limit);
  world.net = world.net.filter((message) => !taken.includes(message));
  return nonEmpty(taken, line);
}

/** A script that speaks about a message which is not there means something else than it says. */
function nonEmpty(messages: Message[], line: number): Message[] {
  if (messages.length === 0) throw new ScriptError('no such message is on its way', line);
  return messages;
}
