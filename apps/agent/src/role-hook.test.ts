import { err, ok, type Result } from '@mha4rdb/kernel';
import { RoleHook, type HostRole } from './role-hook.js';

class Stage {
  role: HostRole = 'none';
  time = 0;
  readonly runs: string[] = [];
  private end: (outcome: Result<void>) => void = () => undefined;
  readonly hook = new RoleHook({
    role: () => this.role,
    run: (role, before) => {
      this.runs.push(`${before ?? 'start'} -> ${role}`);
      return new Promise((resolve) => (this.end = resolve));
    },
    now: () => this.time,
    onEnded: () => undefined,
  });

  see(role: HostRole): void {
    this.role = role;
    this.hook.look();
  }

  async ends(outcome: Result<void> = ok(undefined)): Promise<void> {
    this.end(outcome);
    await new Promise(setImmediate);
    this.hook.look();
  }
}

test('each role is told once, in order, and the first when the agent starts', async () => {
  const stage = new Stage();
  stage.see('standby');
  await stage.ends();
  stage.see('standby');
  stage.see('primary');
  await stage.ends();
  expect(stage.runs).toEqual(['start -> standby', 'standby -> primary']);
});

test('a run is never overtaken: the next one waits, and tells what is true then', async () => {
  const stage = new Stage();
  stage.see('primary');
  stage.see('none');
  stage.see('standby');
  expect(stage.runs).toEqual(['start -> primary']);
  await stage.ends();
  expect(stage.runs).toEqual(['start -> primary', 'primary -> standby']);
});

test('a role that came back before the run ended is not told again', async () => {
  const stage = new Stage();
  stage.see('primary');
  stage.see('none');
  stage.see('primary');
  await stage.ends();
  expect(stage.runs).toHaveLength(1);
});

test('a failed run is tried again after a while, with what is true then', async () => {
  const stage = new Stage();
  stage.see('primary');
  await stage.ends(err('failed', 'no network'));
  stage.time = 4999;
  stage.hook.look();
  expect(stage.runs).toHaveLength(1);
  stage.time = 5000;
  stage.see('standby');
  expect(stage.runs).toEqual(['start -> primary', 'start -> standby']);
});
