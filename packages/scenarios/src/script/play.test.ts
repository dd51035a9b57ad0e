import { ScriptError } from './directive.js';
import { playScript } from './play.js';
import type { Vocabulary } from './vocabulary.js';

const COUNTER: Vocabulary<{ value: number }> = {
  name: 'counter',
  create: () => ({ value: 0 }),
  commands: {
    add: {
      usage: 'add N [times=N]',
      options: ['times'],
      run: (world, { words, options }) => {
        world.value += Number(words[0]) * Number(options['times'] ?? 1);
        return [`value ${world.value}`];
      },
    },
    page: { usage: 'page', run: () => ['above', '', 'below'] },
    insist: {
      usage: 'insist',
      run: (_, { line }) => {
        throw new ScriptError('it does not hold', line);
      },
    },
  },
};

const play = (text: string) => playScript(COUNTER, 'x.scenario', text);

test('what is expected and printed agrees: the text stays what it is', () => {
  const text =
    '# counts\n\nadd 1\nadd 2 times=3\n----\nvalue 1\nvalue 7\n\n# more\nadd 1\n----\nvalue 8\n';
  expect(play(text)).toEqual({ text, difference: '' });
});

test('a difference names file and line, and shows both sides', () => {
  const { text, difference } = play(
    '# c\n\nadd 1\nadd 1\nadd 1\n----\nvalue 1\nvalue 3\nvalue 3\n',
  );
  expect(difference).toBe(
    'x.scenario:7: add 1\n@@ line 7 @@\n value 1\n-value 3\n+value 2\n value 3\n',
  );
  expect(text).toBe('# c\n\nadd 1\nadd 1\nadd 1\n----\nvalue 1\nvalue 2\nvalue 3\n');
});

test('output with blank lines stands between doubled fences, and is read back', () => {
  const { text } = play('page\n----\n');
  expect(text).toBe('page\n----\n----\nabove\n\nbelow\n----\n----\n');
  expect(play(text)).toEqual({ text, difference: '' });
});

test.each([
  ['an unknown command', 'multiply 2\n----\n', /x\.scenario:1: "multiply" is no command/],
  ['an unknown option', '#\nadd 2 by=3\n----\n', /x\.scenario:2: "add" takes no option "by"/],
  ['commands without a fence', 'add 1\n\n', /x\.scenario:2: commands without "----"/],
  ['a doubled fence without its end', 'page\n----\n----\na\n', /does not end/],
  ['what a script insists on', 'add 1\ninsist\n----\n', /x\.scenario:2: it does not hold/],
])('%s is an error at its line, and never an output', (_, text, message) => {
  expect(() => play(text)).toThrow(message);
});
