import { listOf, numberOf } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { anyOf, type Matches } from '../pattern.js';
import { elapse, stabilize } from '../stabilize.js';
import {
  feed,
  hostOf,
  pass,
  persist,
  shown,
  writeText,
  type Line,
  type RaftWorld,
} from '../world.js';

/** What `show=` lets through. */
const KINDS: Readonly<Record<string, readonly Line['kind'][]>> = { effects: ['effect'], none: [] };

export const TIME: Commands<RaftWorld> = {
  wait: {
    usage: 'wait MS: time passes, and nobody looks at a clock',
    run: (world, directive) => {
      pass(world, numberOf(directive, directive.words[0] ?? '', 'wait'));
      return [];
    },
  },
  tick: {
    usage: 'tick a… [may-campaign=no]: these look at their clocks',
    options: ['may-campaign'],
    run: (world, { words, options }) =>
      shown(
        words.flatMap((id) => {
          const mayCampaign = options['may-campaign'] !== 'no';
          return feed(world, hostOf(world, id), { kind: 'tick', mayCampaign }).lines;
        }),
      ),
  },
  campaign: {
    usage: 'campaign a: the longest election time passes, and a alone looks at its clock',
    run: (world, { words }) => {
      pass(world, hostOf(world, words[0] ?? '').state?.options.electionMax ?? 0);
      return shown(feed(world, hostOf(world, words[0] ?? ''), { kind: 'tick' }).lines);
    },
  },
  elect: {
    usage:
      'elect a [drop=PATTERN,…]: a campaigns, and all of it is carried through; prints effects',
    options: ['drop'],
    run: (world, { words, options, line }) => {
      const host = hostOf(world, words[0] ?? '');
      pass(world, host.state?.options.electionMax ?? 0);
      const lines = [
        ...feed(world, host, { kind: 'tick' }).lines,
        ...stabilize(world, [], lossOf(options['drop'], line)),
      ];
      return shown(lines, ['effect']);
    },
  },
  elapse: {
    usage: 'elapse MS [a…] [show=all]: time passes, these (all) look at their clocks, all arrives',
    options: ['show'],
    run: (world, directive) => {
      const [ms = '', ...nodes] = directive.words;
      const lines = elapse(world, numberOf(directive, ms, 'elapse'), nodes);
      return shown(lines, directive.options['show'] === 'all' ? undefined : ['effect']);
    },
  },
  stabilize: {
    usage:
      'stabilize [a…] [drop=PATTERN,…] [show=effects|none]: writes end and messages arrive until nothing moves, no time passes',
    options: ['drop', 'show'],
    run: (world, { words, options, line }) => {
      const lines = stabilize(world, words, lossOf(options['drop'], line));
      return shown(lines, KINDS[options['show'] ?? ''] ?? ['delivered', 'disk', 'effect']);
    },
  },
  persist: {
    usage: 'persist a…: the write that is out reaches the disk',
    run: (world, { words }) => shown(words.flatMap((id) => persist(world, hostOf(world, id)))),
  },
  writes: {
    usage: 'writes: what is out and not on disk',
    run: ({ hosts }) =>
      [...hosts.values()].flatMap(({ id, write }) =>
        write === null ? [] : [`${id} is writing: ${writeText(write)}`],
      ),
  },
  hang: {
    usage: 'hang a…: fsync does not return until `unhang`',
    run: (world, { words }) => setHung(world, words, true),
  },
  unhang: {
    usage: 'unhang a…',
    run: (world, { words }) => setHung(world, words, false),
  },
};

function lossOf(drop: string | undefined, line: number): Matches | undefined {
  return drop === undefined ? undefined : anyOf(listOf(drop), line);
}

function setHung(world: RaftWorld, ids: readonly string[], hung: boolean): readonly string[] {
  return ids.map((id) => {
    hostOf(world, id).hung = hung;
    return `${id}'s disk ${hung ? 'hangs' : 'writes again'}`;
  });
}
