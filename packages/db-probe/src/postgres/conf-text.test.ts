import fc from 'fast-check';
import { parseSettings, renderSetting, stripSettings, withLastLine } from './conf-text.js';

test('assignments are read as the server reads them', () => {
  const text = [
    '# port = 1',
    'port = 5432  # the usual',
    "Listen_Addresses='*'",
    "mha4rdb.upstream = 'n2'",
    "x = 'it''s' # a # b",
    'port 5433',
    "include 'other.conf'",
  ].join('\n');
  expect([...parseSettings(text)]).toEqual([
    ['port', '5433'],
    ['listen_addresses', '*'],
    ['mha4rdb.upstream', 'n2'],
    ['x', "it's"],
  ]);
});

test('every printable value survives being written and read', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const read = parseSettings(renderSetting('name', value)).get('name');
      expect(read).toBe([...value].filter((sign) => sign >= ' ').join(''));
    }),
  );
});

test('only named assignments are stripped, and they are told', () => {
  const text = "# made by ALTER SYSTEM\nPort = '1'\nwork_mem = '4MB'\n";
  expect(stripSettings(text, new Set(['port']))).toEqual({
    text: "# made by ALTER SYSTEM\nwork_mem = '4MB'\n",
    removed: ['port'],
  });
});

const LINE = "include 'mha4rdb.conf'";

test.each([
  ['an empty file', '', `${LINE}\n`],
  ['no line yet', 'a = 1\n', `a = 1\n${LINE}\n`],
  ['no newline at the end', 'a = 1', `a = 1\n${LINE}\n`],
  ['something added behind it', `a = 1\n${LINE}\nb = 2\n`, `a = 1\nb = 2\n${LINE}\n`],
  ['twice', `${LINE}\na = 1\n${LINE}\n`, `a = 1\n${LINE}\n`],
])('the include line becomes the last that says anything: %s', (_, text, expected) => {
  expect(withLastLine(text, LINE)).toBe(expected);
  expect(withLastLine(expected, LINE)).toBe(expected);
});

test('comments behind the include line are left where they are', () => {
  const text = `a = 1\n${LINE}\n# the end\n\n`;
  expect(withLastLine(text, LINE)).toBe(text);
});
