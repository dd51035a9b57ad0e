import { viewOpenGaussError } from './server-error.js';

describe('errors of the openGauss family', () => {
  it.each([
    ['57P03', 'can not accept connection in pending mode.', 'pending'],
    ['57P03', 'can not accept connection if hot standby off', 'not-admitted'],
    ['57P03', 'the local listen ip and port is not for the gsql client', 'not-admitted'],
    ['57P03', 'SSL connection is required by the database system', 'not-admitted'],
    ['57P03', 'the database system is starting up', 'starting'],
    ['57P03', 'the database system is in recovery mode', 'starting'],
    ['57P03', 'the database system is shutting down', 'stopping'],
    ['53300', 'sorry, too many clients already', 'exhausted'],
    ['28P01', 'Invalid username/password,login denied.', 'wrong-password'],
    ['28000', 'The account has been locked.', 'locked'],
    ['28000', 'Forbid remote connection with initial user.', 'not-admitted'],
    ['0A000', 'unsupported frontend protocol 3.51.', 'other'],
    ['ECONNREFUSED', 'connect ECONNREFUSED', 'not-listening'],
  ] as const)('%s %s is %s', (code, message, kind) => {
    expect(viewOpenGaussError({ code, message }).kind).toBe(kind);
  });

  it('reads a text only with its code: a statement may quote it', () => {
    const quoted = { code: '42601', message: 'error at "The account has been locked."' };
    expect(viewOpenGaussError(quoted).kind).toBe('other');
  });
});
