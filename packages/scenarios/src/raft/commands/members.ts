import { nodeIdOf } from '@mha4rdb/kernel';
import { listOf, numberOf } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { feed, hostOf, shown, type RaftWorld } from '../world.js';

export const MEMBERS: Commands<RaftWorld> = {
  change: {
    usage:
      'change a voters=(a,b,c) [learners=(d)]: a takes the configuration one step towards these, or says why not',
    options: ['voters', 'learners'],
    run: (world, { words, options }) => {
      const host = hostOf(world, words[0] ?? '');
      const { result, lines } = feed(world, host, {
        kind: 'changeMembership',
        voters: listOf(options['voters']).map(nodeIdOf),
        learners: listOf(options['learners']).map(nodeIdOf),
      });
      const place = result?.membership;
      const text =
        place?.ok === true
          ? `at ${place.value.index}/${place.value.term}`
          : `refused: ${place?.error.code ?? 'down'}`;
      return [`change ${text}`, ...shown(lines)];
    },
  },
  retire: {
    usage: 'retire d INDEX: d is told that the entry there removed it',
    run: (world, directive) => {
      const [id = '', index = ''] = directive.words;
      return shown(
        feed(world, hostOf(world, id), {
          kind: 'retire',
          index: numberOf(directive, index, 'retire') as never,
        }).lines,
      );
    },
  },
};
