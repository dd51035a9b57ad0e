import { DIALECT_NAMES, dialectOf } from './dialect.js';
import { afterLogin, decideLogin, MAX_REFUSALS, type LoginRefusals } from './login-guard.js';

/** Asks every 250 ms for `days`; the server refuses each password that is sent. */
function pollWithWrongPassword(days: number): number {
  let refusals: LoginRefusals | undefined;
  let sent = 0;
  let now = 0;
  while (now < days * 86_400_000) {
    const decision = decideLogin(refusals, now);
    if (decision.kind === 'give-up') break;
    if (decision.kind === 'try') {
      sent += 1;
      refusals = afterLogin(refusals, 'wrong-password', now);
    }
    // The agent polls four times a second; nothing happens between two tries, so skip there.
    now += decision.kind === 'wait' ? Math.max(250, decision.leftMs) : 250;
  }
  return sent;
}

describe('the guard against locking the own account', () => {
  it('sends a wrong password far less often than locks the account, however long it polls', () => {
    expect(pollWithWrongPassword(400)).toBe(MAX_REFUSALS);
    for (const name of DIALECT_NAMES) {
      expect(MAX_REFUSALS * 3).toBeLessThan(dialectOf(name).login.lockedAfter);
    }
  });

  it('tries a wrong password once, and not again within a minute', () => {
    const once = afterLogin(undefined, 'wrong-password', 1000);
    expect(decideLogin(once, 1000)).toEqual({ kind: 'wait', leftMs: 60_000 });
    expect(decideLogin(once, 60_999)).toEqual({ kind: 'wait', leftMs: 1 });
    expect(decideLogin(once, 61_000)).toEqual({ kind: 'try' });
  });

  it('forgets refusals when the password is accepted, as the server does', () => {
    const twice = afterLogin(afterLogin(undefined, 'wrong-password', 0), 'wrong-password', 60_000);
    expect(twice?.count).toBe(2);
    expect(afterLogin(twice, 'accepted', 70_000)).toBeUndefined();
  });

  it('asks a locked account again and again, since that is not counted and the lock ends', () => {
    let refusals: LoginRefusals | undefined;
    for (let minute = 0; minute < 3000; minute += 1) {
      expect(decideLogin(refusals, minute * 60_000).kind).toBe('try');
      refusals = afterLogin(refusals, 'locked', minute * 60_000);
      expect(decideLogin(refusals, minute * 60_000 + 1).kind).toBe('wait');
    }
  });
});
