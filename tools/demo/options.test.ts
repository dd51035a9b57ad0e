import { UsageError, demoOptions } from './options.js';

describe('options of the demo', () => {
  it('lose the power of one of three databases when nothing is said', () => {
    expect(demoOptions([])).toMatchObject({ mode: 'cluster', fault: 'power', timing: 'balanced' });
  });

  it('crash a single database, which has nobody to take over', () => {
    expect(demoOptions(['--mode', 'single'])).toMatchObject({ fault: 'crash' });
  });

  it.each([
    [['--mode', 'triple'], /--mode triple.*single, dual, cluster/],
    [['--fault', 'fire'], /--fault fire.*crash/],
    [['--engine', 'mysql'], /--engine mysql.*postgres, vastbase, opengauss only/],
    [['--engine', 'oracle'], /--engine oracle/],
    [['--kepe'], /kepe/],
  ])('refuse %j with what would be right', (args, message) => {
    expect(() => demoOptions(args)).toThrow(UsageError);
    expect(() => demoOptions(args)).toThrow(message);
  });
});
