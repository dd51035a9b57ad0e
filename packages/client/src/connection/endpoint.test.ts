import { endpointOf } from './endpoint.js';

describe('an endpoint', () => {
  test.each([
    ['10.77.0.11:7400', false, '10.77.0.11:7400', 'https://10.77.0.11:7400'],
    ['10.77.0.11:7400', true, '10.77.0.11:7400', 'http://10.77.0.11:7400'],
    ['n1', false, 'n1:7400', 'https://n1:7400'],
    ['n1:80', true, 'n1:80', 'http://n1:80'],
    ['n1:443', false, 'n1:443', 'https://n1:443'],
    ['[fd00::1]:7401', false, '[fd00::1]:7401', 'https://[fd00::1]:7401'],
    ['[fd00::1]', false, '[fd00::1]:7400', 'https://[fd00::1]:7400'],
    ['https://n1:7400/', true, 'n1:7400', 'https://n1:7400'],
    ['http://n1:7400', true, 'n1:7400', 'http://n1:7400'],
  ])('%s, insecure %s, is %s at %s', (text, insecure, address, url) => {
    expect(endpointOf(text, insecure)).toEqual({ address, url });
  });

  test.each(['', 'n1:port', 'n1:99999', 'ftp://n1', 'n1/path', 'a b', 'fd00::1'])(
    '"%s" is refused',
    (text) => {
      expect(() => endpointOf(text, false)).toThrow(/cannot be used/);
    },
  );

  test('http is refused unless insecure is said', () => {
    expect(() => endpointOf('http://n1:7400', false)).toThrow('not encrypted');
  });
});
