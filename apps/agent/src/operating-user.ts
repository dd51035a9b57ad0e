import { err, ok, type Result } from '@mha4rdb/kernel';
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

export interface OperatingUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Looks the user up: in /etc/passwd, else through the name service (directory users). */
export function operatingUser(name: string): Result<OperatingUser, 'no-such-user'> {
  const line = fromPasswd(name) ?? fromNameService(name);
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    return err(
      'no-such-user',
      `there is no operating-system user ${name} on this host`,
      'create it, or set database.osUser to the user that the database shall run as',
    );
  }
  return ok({ name, uid: Number(uid), gid: Number(gid) });
}

function fromPasswd(name: string): string | undefined {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
}

function fromNameService(name: string): string | undefined {
  try {
    return execFileSync('getent', ['passwd', name], { encoding: 'utf8', timeout: 5000 }).trim();
  } catch {
    return undefined;
  }
}
