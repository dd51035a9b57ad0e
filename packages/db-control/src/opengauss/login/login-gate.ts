import { performance } from 'node:perf_hooks';
import { afterLogin, decideLogin, type LoginAnswer, type LoginRefusals } from '@mha4rdb/db-probe';
import { ServerFailure } from '../../postgres/failure.js';

/**
 * All logins of one agent to one server with one password go through here: while nothing proves the
 * password, one login at a time, so that parallel sessions do not send the same wrong one; and a
 * refused one as seldom as `decideLogin` says. Another password needs another gate.
 */
export class LoginGate {
  private refusals: LoginRefusals | undefined;
  private proven = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly who: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Runs `login`, or throws `ServerFailure` without having sent anything. */
  async pass<Value>(login: () => Promise<Value>): Promise<Value> {
    if (this.proven) return this.attempt(login);
    const before = this.last;
    const turn = before.catch(() => undefined).then(() => this.attempt(login));
    this.last = turn;
    return turn;
  }

  private async attempt<Value>(login: () => Promise<Value>): Promise<Value> {
    this.checkMay();
    try {
      const value = await login();
      this.note('accepted');
      return value;
    } catch (thrown) {
      const kind = thrown instanceof ServerFailure ? thrown.view.kind : undefined;
      if (kind === 'wrong-password' || kind === 'locked') this.note(kind);
      throw thrown;
    }
  }

  private note(answer: LoginAnswer): void {
    this.refusals = afterLogin(this.refusals, answer, this.now());
    this.proven = answer === 'accepted';
  }

  private checkMay(): void {
    const decision = decideLogin(this.refusals, this.now());
    if (decision.kind === 'try') return;
    const { refusals, who } = this;
    const said =
      refusals?.locked === true
        ? `the account of ${who} is locked`
        : `the server refused the password of ${who} ${refusals?.count ?? 0} times`;
    const next =
      decision.kind === 'give-up'
        ? 'it is not sent again before the agent is told another one or is restarted'
        : `it is not sent again for ${Math.ceil(decision.leftMs / 1000)} s`;
    throw new ServerFailure({
      kind: refusals?.locked === true ? 'locked' : 'wrong-password',
      sentence: `${said}; ${next}, so that the account is not locked`,
    });
  }
}
