import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { dialectOf } from '@mha4rdb/db-probe';
import { LoginStream } from './login-stream.js';

const START = Buffer.from('0000000f00030000757365720061000000', 'hex');
const OK = Buffer.from('520000000800000000', 'hex');
const READY = Buffer.from('5a0000000549', 'hex');
/** The recorded challenge at 3.51: salt 00…1f, token 01020304, 10000 iterations. */
const CHALLENGE = Buffer.concat([
  Buffer.from('52000000580000000a00000002', 'hex'),
  Buffer.from(Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex'), 'latin1'),
  Buffer.from('01020304', 'latin1'),
  Buffer.from('00002710', 'hex'),
]);
const ANSWER = '426950de4bb55fb9e7242ccd55158c666fba259c752cc31313b79e7e8bdac919';

function connect(password = 'Test@123'): { driver: LoginStream; server: Duplex } {
  const [client, server] = duplexPair();
  const driver = new LoginStream(client, { user: 'a', password }, dialectOf('opengauss').login);
  return { driver, server };
}

async function take(stream: Duplex, length: number): Promise<Buffer> {
  let got = Buffer.alloc(0);
  while (got.length < length) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) await once(stream, 'readable');
    else got = Buffer.concat([got, chunk]);
  }
  return got;
}

describe('the stream that logs in', () => {
  it('announces 3.51, answers, and hands on what stands behind, byte by byte', async () => {
    const { driver, server } = connect();
    for (const byte of START) driver.write(Buffer.from([byte]));
    const start = await take(server, START.length);
    expect(start.readInt32BE(4)).toBe((3 << 16) | 51);
    expect(start.subarray(8)).toEqual(START.subarray(8));
    for (const byte of CHALLENGE) server.write(Buffer.from([byte]));
    const answer = await take(server, 70);
    expect(answer.toString('latin1', 5)).toBe(`${ANSWER}\0`);
    server.write(Buffer.concat([OK, READY, Buffer.from('D')]));
    expect(await take(driver, OK.length + READY.length + 1)).toEqual(
      Buffer.concat([OK, READY, Buffer.from('D')]),
    );
    // What comes later is no message to be looked at, however it looks.
    server.write(CHALLENGE);
    expect(await take(driver, CHALLENGE.length)).toEqual(CHALLENGE);
    driver.write('anything');
    expect((await take(server, 8)).toString()).toBe('anything');
  });

  it('passes a cancel request as it is', async () => {
    const { driver, server } = connect();
    const cancel = Buffer.from('0000001004d2162e0000000700000008', 'hex');
    driver.write(cancel);
    expect(await take(server, cancel.length)).toEqual(cancel);
  });

  it('hands on a refusal whole, although the server closes at once', async () => {
    const { driver, server } = connect();
    driver.write(START);
    const fatal = Buffer.from('450000000f53464154414c004d6e6f0000', 'hex');
    server.end(fatal);
    expect(await text(driver)).toBe(fatal.toString());
  });

  it.each([
    ['a second request for a password', Buffer.concat([CHALLENGE, CHALLENGE]), /second time/],
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request'), /no protocol of this family/],
    [
      'more iterations than a login may take',
      Buffer.concat([CHALLENGE.subarray(0, 85), Buffer.from('7fffffff', 'hex')]),
      /auth_iteration_count/,
    ],
    [
      'a salt that is not hex',
      Buffer.concat([CHALLENGE.subarray(0, 13), Buffer.from('x'), CHALLENGE.subarray(14)]),
      /malformed/,
    ],
    [
      'a challenge that is cut off',
      Buffer.from('52000000100000000a0000000200000000', 'hex'),
      /malformed/,
    ],
    ['a request for the password itself', Buffer.from('520000000800000003', 'hex'), /clear text/],
  ])('ends on %s', async (_, bytes, reason) => {
    const { driver, server } = connect();
    driver.resume();
    driver.write(START);
    const failed = once(driver, 'error') as Promise<[Error]>;
    server.resume().write(bytes);
    const [error] = await failed;
    expect(error.message).toMatch(reason);
    expect(error).toMatchObject({ code: 'UNSUPPORTED_LOGIN' });
  });
});
