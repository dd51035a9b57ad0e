import { fencingWord } from './fencing-word.js';

it.each([
  [true, true, 'address+port'],
  [true, false, 'port'],
  [false, true, 'address'],
  [false, false, 'none'],
])('port %s and address %s are shown as %s', (port, address, word) => {
  expect(fencingWord(port, address)).toBe(word);
});
