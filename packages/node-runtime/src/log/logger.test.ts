import { prettyLine } from './pretty-lines.js';

test('a line for people has time, level, node and event first, then the rest', () => {
  const line = JSON.stringify({
    level: 'info',
    time: '2026-11-23T12:00:01.250Z',
    node: 'n1',
    event: 'promoted',
    epoch: 1207,
    position: { lsn: 5 },
    message: 'takes writes',
  });
  expect(prettyLine(line)).toBe(
    '12:00:01.250 info  n1 promoted takes writes epoch=1207 position={"lsn":5}',
  );
});
