import { nodeIdOf } from '@mha4rdb/kernel';
import { parseSettings } from '../postgres/conf-text.js';
import { INITIAL_BLOCK, readBlock, withBlock, type BlockInput } from './settings-block.js';

const self = { node: nodeIdOf('n1'), host: '10.0.0.1', port: 5432 };
const peer = { node: nodeIdOf('n2'), host: '10.0.0.2', port: 5432 };
const INPUT: BlockInput = {
  rule: { standbys: [peer.node], acks: 1 },
  upstream: peer.node,
  admits: 'all',
  generation: 7,
  node: self.node,
  port: 5432,
  socketDir: '/run/db',
  parameters: { shared_buffers: '1GB', synchronous_commit: 'off' },
  self,
  peers: [peer],
};

describe('the block in postgresql.conf', () => {
  it('is read back as it was written, wherever it stands', () => {
    const { rule, upstream, admits, generation } = INPUT;
    const text = withBlock('max_connections = 5000\n', INPUT);
    expect(readBlock(text)).toEqual({ rule, upstream, admits, generation });
    expect(readBlock(`${text}work_mem = 1MB\n`)).toEqual({ rule, upstream, admits, generation });
    expect(readBlock(withBlock('', { ...INPUT, ...INITIAL_BLOCK }))).toEqual(INITIAL_BLOCK);
  });

  it('is the last word of the file, once, and leaves the rest as it is', () => {
    const first = withBlock('a = 1\n# theirs\n', INPUT);
    const again = withBlock(`${first}port = 1\n`, { ...INPUT, generation: 8 });
    expect(again.startsWith('a = 1\n# theirs\nport = 1\n')).toBe(true);
    expect(again.match(/mha4rdb begin/g)).toHaveLength(1);
    expect(parseSettings(again).get('port')).toBe('5432');
  });

  it('says what a promise rests on, whatever the operator configured', () => {
    const settings = parseSettings(withBlock('', INPUT));
    expect(settings.get('synchronous_commit')).toBe('on');
    expect(settings.get('most_available_sync')).toBe('off');
    expect(settings.get('shared_buffers')).toBe('1GB');
    expect(settings.get('replconninfo1')).toContain('remotehost=10.0.0.2 remoteport=5433');
    expect(settings.get('replconninfo2')).toBe('');
  });

  it.each([
    ['without an end', (text: string) => text.replace('# mha4rdb end', '')],
    ['without a rule', (text: string) => text.replace('synchronous_standby_names', 'something')],
    ['with another’s rule', (text: string) => text.replace('ANY 1 ("n2")', '*')],
    ['without a generation', (text: string) => text.replace('mha4rdb.generation', 'x.y')],
  ])('is none %s', (_, damage) => {
    expect(readBlock(damage(withBlock('', INPUT)))).toBeUndefined();
  });
});
