import { isOurAccess, renderAccessLines } from './access-lines.js';

const access = {
  initialUser: 'vastbase',
  memberHosts: ['10.0.0.1', '10.0.0.2', '10.0.0.1'],
  userLines: ['host all app 10.0.0.0/24 sha256'],
  keptLines: ['host all old 10.0.0.0/24 md5'],
};

describe('the access rules of the openGauss family', () => {
  it('admit members only before the gate, whoever runs on their hosts', () => {
    const lines = renderAccessLines({ ...access, admits: 'replication' })
      .trim()
      .split('\n');
    expect(lines.slice(-2)).toEqual(['local all all reject', 'host all all 0.0.0.0/0 reject']);
    expect(lines.join('\n')).not.toMatch(/app|old/);
    expect(lines.filter((line) => line.includes('10.0.0.1/32'))).toHaveLength(2);
  });

  it('admit whom the operator admits after it, before what was there', () => {
    const text = renderAccessLines({ ...access, admits: 'all' });
    expect(text).not.toContain('reject');
    expect(text.indexOf('app')).toBeLessThan(text.indexOf('old'));
    expect(isOurAccess(text)).toBe(true);
    expect(isOurAccess('host all all 0.0.0.0/0 trust\n')).toBe(false);
  });
});
