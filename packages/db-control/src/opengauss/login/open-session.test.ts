import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { dialectOf } from '@mha4rdb/db-probe';
import { Deadline } from '../../postgres/deadline.js';
import { ServerFailure } from '../../postgres/failure.js';
import {
  ask,
  becomePrimary,
  createLab,
  until,
  type Lab,
  type LabNode,
} from '../../postgres/lab.test-support.js';
import { openSession } from '../../postgres/session.js';
import { openDoor, USERS, type DoorEvent, type OpenDoor } from './door.test-support.js';
import { LoginGate } from './login-gate.js';
import { openGaussSession, type OpenGaussAccess } from './open-session.js';

jest.setTimeout(60_000);

let lab: Lab;
let node: LabNode;
let doors: OpenDoor[] = [];

beforeAll(async () => {
  lab = await createLab(1, { hba: ['local all all trust', 'host all all 127.0.0.0/8 trust'] });
  [node] = lab.nodes as [LabNode];
  await becomePrimary(node, 1);
  for (const { name } of USERS) await ask(node, `create role "${name}" login`);
});

afterEach(async () => {
  for (const door of doors) await door.close();
  doors = [];
});

afterAll(() => lab.dispose());

async function door(change: Record<string, unknown> = {}): Promise<OpenDoor> {
  const opened = await openDoor(lab, node, change);
  doors.push(opened);
  return opened;
}

async function whoAmI(access: OpenGaussAccess): Promise<unknown> {
  const deadline = Deadline.after(5000);
  const session = await openGaussSession(access, deadline);
  try {
    const [row] = await session.rows('select current_user::text as me', deadline);
    return row?.['me'];
  } finally {
    session.close();
  }
}

async function refusal(login: Promise<unknown>): Promise<{ kind: string; sentence: string }> {
  const thrown: unknown = await login.then(
    () => new Error('it logged in'),
    (error: unknown) => error,
  );
  if (thrown instanceof ServerFailure) return thrown.view;
  throw thrown;
}

/** The door is another process: what it reports comes a moment later. */
async function heard(opened: OpenDoor, event: Partial<DoorEvent>): Promise<void> {
  await until(() => opened.events.some((each) => isDeepStrictEqual({ ...each, ...event }, each)));
}

const sent = (opened: OpenDoor): number =>
  opened.events.filter(({ event }) => event === 'right' || event === 'wrong').length;

describe('a login to a server of the openGauss family', () => {
  it.each([
    ['sha256', 51, 'sha', 10],
    ['sha256', 51, 'old', 10],
    ['sha256', 51, 'both', 10],
    ['sha256', 51, 'md5', 5],
    ['md5', 51, 'both', 5],
    ['sm3', 51, 'sm3', 13],
  ] as const)('with the method %s at protocol 3.%i, user %s, answers code %i', async (...row) => {
    const [method, , user, code] = row;
    const opened = await door({ method });
    expect(await whoAmI(opened.access(user, 'Test@123'))).toBe(user);
    await heard(opened, { event: 'asked', user, code, minor: 51, tls: false });
  });

  it.each([
    ['sha256', 'sha'],
    ['sha256', 'old'],
    ['sm3', 'sm3'],
  ] as const)('finds the iterations at protocol 3.0 itself: %s, user %s', async (method, user) => {
    const opened = await door({ method, newestMinor: 0 });
    const access = atProtocol0(opened.access(user, 'Test@123'));
    expect(await whoAmI(access)).toBe(user);
    await heard(opened, { event: 'asked', minor: 0 });
  });

  it('at protocol 3.0 does not even send a password that the signature disproves', async () => {
    const opened = await door({ newestMinor: 0 });
    const view = await refusal(whoAmI(atProtocol0(opened.access('sha', 'wrong'))));
    expect(view.kind).toBe('wrong-password');
    expect(sent(opened)).toBe(0);
  });

  it('says what to change where a stored password cannot be proven', async () => {
    const opened = await door({ method: 'md5' });
    const view = await refusal(whoAmI(opened.access('sha', 'Test@123')));
    expect(view.sentence).toContain('Set the method sha256 for this user in pg_hba.conf');
    expect(sent(opened)).toBe(0);
  });

  it('sends nothing where no password is configured', async () => {
    const opened = await door();
    const view = await refusal(whoAmI(opened.access('sha')));
    expect(view.sentence).toContain('Name its file in the configuration');
    expect(sent(opened)).toBe(0);
  });

  it('tries a wrong password once, however many sessions ask at once and for how long', async () => {
    const opened = await door();
    const access = opened.access('sha', 'wrong');
    const all = Array.from({ length: 20 }, () => refusal(whoAmI(access)));
    const views = await Promise.all(all);
    for (let i = 0; i < 20; i += 1) views.push(await refusal(whoAmI(access)));
    expect(views.map(({ kind }) => kind)).toEqual(Array(40).fill('wrong-password'));
    expect(views.at(-1)?.sentence).toContain('so that the account is not locked');
    await heard(opened, { event: 'wrong' });
    expect(opened.events.filter(({ event }) => event === 'wrong')).toHaveLength(1);
    // Somebody who knows the password still gets in, and that resets the server's count.
    expect(await whoAmI(opened.access('sha', 'Test@123'))).toBe('sha');
  });

  it('tells a locked account from a wrong password', async () => {
    const opened = await door({ failedLoginAttempts: 1 });
    await refusal(whoAmI(opened.access('sha', 'wrong')));
    const view = await refusal(whoAmI(opened.access('sha', 'Test@123')));
    expect(view).toMatchObject({ kind: 'locked' });
    expect(view.sentence).toContain('The account has been locked.');
  });

  it('shows what a driver for PostgreSQL does here: ten logins, and the account is locked', async () => {
    const opened = await door();
    const target = { host: '127.0.0.1', port: opened.port, user: 'sha', password: 'Test@123' };
    for (let i = 0; i < 10; i += 1) {
      const session = await openSession(target, Deadline.after(5000));
      await refusal(session.rows('select 1', Deadline.after(5000)));
      session.close();
    }
    await heard(opened, { event: 'wrong', failures: 10 });
    expect((await refusal(whoAmI(opened.access('sha', 'Test@123')))).kind).toBe('locked');
  });

  it('reports a server that speaks PostgreSQL’s own protocol, and sends it nothing', async () => {
    const access = {
      ...atProtocol0({
        dialect: dialectOf('vastbase'),
        host: '127.0.0.1',
        port: node.config.port,
        user: node.config.superuser.name,
        password: 'Test@123',
        gate: new LoginGate('postgres'),
      }),
      database: 'postgres',
    };
    const view = await refusal(whoAmI({ ...access, dialect: dialectOf('vastbase') }));
    expect(view.sentence).toContain('no server of the openGauss family');
    const older = await refusal(whoAmI(access));
    expect(older.sentence).toContain('Set database.engine to postgres');
  });

  describe('over TLS', () => {
    let tls: { cert: string; key: string };

    beforeAll(() => {
      tls = { cert: join(lab.root, 'cert.pem'), key: join(lab.root, 'key.pem') };
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
          .concat(['-days', '2', '-subj', '/CN=database', '-addext', 'subjectAltName=IP:127.0.0.1'])
          .concat(['-keyout', tls.key, '-out', tls.cert]),
        { stdio: 'ignore' },
      );
    });

    it('logs in when the certificate is the right one', async () => {
      const opened = await door({ tls });
      const ca = readFileSync(tls.cert);
      const access = { ...opened.access('sha', 'Test@123'), tls: { ca } };
      expect(await whoAmI(access)).toBe('sha');
      await heard(opened, { event: 'asked', tls: true });
    });

    it('sends nothing to a server with another certificate', async () => {
      const opened = await door({ tls });
      const access = { ...opened.access('sha', 'Test@123'), tls: {} };
      await expect(whoAmI(access)).rejects.toThrow(/self-signed/);
      expect(sent(opened)).toBe(0);
    });

    it('sends nothing to a host that the certificate does not name', async () => {
      const opened = await door({ tls });
      const tlsOptions = { ca: readFileSync(tls.cert), host: '127.0.0.2' };
      const access = { ...opened.access('sha', 'Test@123'), tls: tlsOptions };
      await expect(whoAmI(access)).rejects.toThrow(/does not match/);
      expect(sent(opened)).toBe(0);
    });

    it('does not fall back to plain text', async () => {
      const opened = await door();
      const view = await refusal(whoAmI({ ...opened.access('sha', 'Test@123'), tls: {} }));
      expect(view.sentence).toContain('the server speaks no TLS');
      expect(sent(opened)).toBe(0);
    });
  });
});

function atProtocol0(access: OpenGaussAccess): OpenGaussAccess {
  const { dialect } = access;
  return { ...access, dialect: { ...dialect, login: { ...dialect.login, protocolMinor: 0 } } };
}
