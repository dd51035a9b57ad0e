import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MhactlProcess, type Ended } from './testing/mhactl-process.js';
import type { SimulationReport } from './simulation/report.js';

const directory = mkdtempSync(join(tmpdir(), 'mhactl-simulate-'));
const CONFIG = join(__dirname, '../../../configs/agent.example.yaml');
const EXAMPLE = readFileSync(CONFIG, 'utf8');

/** Whole clusters are computed, on machines that do other things besides. */
const LIMIT_MS = 60_000;
jest.setTimeout(2.5 * LIMIT_MS);

afterAll(() => rmSync(directory, { recursive: true }));

/** The example with other lines; each must be there. */
function configWith(name: string, ...changes: readonly (readonly [string, string])[]): string {
  const file = join(directory, `${name}.yaml`);
  const text = changes.reduce((before, [line, other]) => {
    if (!before.includes(line)) throw new Error(`the example has no line ${line}`);
    return before.replace(line, other);
  }, EXAMPLE);
  writeFileSync(file, text);
  return file;
}

const simulate = (config: string, ...args: readonly string[]): Promise<Ended> =>
  new MhactlProcess(['simulate', '--config', config, ...args], {}, LIMIT_MS).ended;

async function reportOf(config: string, ...args: readonly string[]): Promise<SimulationReport> {
  const { code, stdout, stderr } = await simulate(config, '-o', 'json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as SimulationReport;
}

describe('mhactl simulate', () => {
  test('fails over within the grant of the configuration, and loses nothing', async () => {
    const { faults, runs, ...report } = await reportOf(CONFIG, '--fault', 'power');
    expect(report).toMatchObject({ mode: 'dual', lost: 0, twoPrimaries: 0, result: 'pass' });
    expect(runs[0]?.outcomes[0]).toMatchObject({ members: ['n1'], recovery: 'automatic' });
    expect(faults[0]?.writeGapMs?.max).toBeGreaterThan(500);
    expect(faults[0]?.writeGapMs?.max).toBeLessThan(1.5 * report.timing.grant);
  });

  test('shows that a longer grant is a longer gap', async () => {
    const relaxed = configWith('relaxed', ['timing: balanced', 'timing: relaxed']);
    const [short, long] = await Promise.all([reportOf(CONFIG), reportOf(relaxed)]);
    expect(long.timing.grant).toBeGreaterThan(short.timing.grant);
    expect(long.faults[0]?.writeGapMs?.p50).toBeGreaterThan(
      short.faults[0]?.writeGapMs?.p50 ?? NaN,
    );
  });

  test('shows why nobody takes over when commits must wait for a standby that is gone', async () => {
    const strict = configWith('strict', ['degrade: true', 'degrade: false']);
    const { runs, faults, result } = await reportOf(strict, '--fault', 'standby');
    expect(runs[0]?.outcomes[0]).toMatchObject({ recovery: 'mended' });
    expect(faults[0]?.withoutAutomaticRecovery).toEqual([
      { reason: 'commits wait for standbys that are gone', runs: 1, seed: 1 },
    ]);
    // Asked for by that setting, and no failure.
    expect(result).toBe('pass');
  });

  test('does not blame standbys when clients are cut off', async () => {
    const { faults } = await reportOf(CONFIG, '--fault', 'cut-clients');
    expect(faults[0]?.withoutAutomaticRecovery).toEqual([
      { reason: 'clients were cut off from whoever may serve', runs: 1, seed: 1 },
    ]);
  });

  test('blames no standby where there is none', async () => {
    const single = configWith(
      'single',
      ['  - { id: n2, address: 10.77.0.12:7400, role: data, database: 10.77.0.12:5432 }\n', ''],
      ['  - { id: n3, address: 10.77.0.13:7400, role: arbiter }\n', ''],
    );
    const { mode, faults } = await reportOf(single, '--fault', 'partition');
    expect(mode).toBe('single');
    expect(faults[0]?.withoutAutomaticRecovery).toEqual([
      { reason: 'there is no other member to take over', runs: 1, seed: 1 },
    ]);
  });

  test('gives the same bytes for the same seed, picture included', async () => {
    const [one, two] = [join(directory, 'one.svg'), join(directory, 'two.svg')];
    const args = ['--fault', 'crash', '--fault', 'partition', '--seed', '7', '--svg'];
    const first = await simulate(CONFIG, ...args, one);
    const second = await simulate(CONFIG, ...args, two);
    expect(first).toEqual(second);
    expect(readFileSync(one, 'utf8')).toBe(readFileSync(two, 'utf8'));
    expect(readFileSync(one, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
  });

  test('draws a timeline with what happened, whom it chose and the gap', async () => {
    const { code, stdout, stderr } = await simulate(CONFIG, '--fault', 'power');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/n1 +the host loses its power/);
    expect(stdout).toContain('n2 chosen: greatest position with evidence');
    expect(stdout).toMatch(
      /acknowledged \d+ · lost 0 · two primaries 0 · write gap .* s · PASS\n$/,
    );
  });

  test('tells how gaps are distributed over many seeds', async () => {
    const { code, stdout } = await simulate(CONFIG, '--fault', 'crash', '--seeds', '4');
    expect(code).toBe(0);
    expect(stdout).toMatch(/4 runs\n {2}write gap: min .* · p50 .* · p90 .* · p99 .* · max /);
  });

  test('leaves out runs that --timeout has no time for, says so and exits 1', async () => {
    const { code, stderr } = await simulate(CONFIG, '--seeds', '100000', '--timeout', '1ms');
    expect(code).toBe(1);
    expect(stderr).toBe('stopped after 1 of 100000 runs: --timeout\n');
  });

  test.each([
    ['an unknown fault, with the known ones', ['--fault', 'flood'], /Known are crash, power, /],
    ['a number of seeds that is none', ['--seeds', '0'], /whole number from 1/],
    ['a picture that cannot be written', ['--svg', '/nonexistent/a.svg'], /cannot write \/nonex/],
  ])('refuses %s, with exit code 2 and nothing on standard output', async (_, args, words) => {
    const { code, stdout, stderr } = await simulate(CONFIG, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
  });

  test('refuses a wrong configuration as the agent does: line, column, key, value', async () => {
    const wrong = configWith('wrong', ['mode: majority', 'mode: most']);
    const line = readFileSync(wrong, 'utf8')
      .split('\n')
      .findIndex((text) => /mode: most/.test(text));
    const { code, stdout, stderr } = await simulate(wrong, '--fault', 'power');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`wrong.yaml:${line + 1}:`);
    expect(stderr).toContain('durability.mode');
    expect(stderr).toContain('most');
  });

  test('refuses times that break an inequality, by its name', async () => {
    const wrong = configWith('times', ['timing: balanced', 'timing: { grant: 100ms }']);
    const { code, stderr } = await simulate(wrong);
    expect(code).toBe(2);
    expect(stderr).toContain('timing');
  });

  test('refuses a fault for which the members are missing', async () => {
    const three = configWith('three', [
      'role: arbiter }',
      'role: data, database: 10.77.0.13:5432 }',
    ]);
    const { code, stderr } = await simulate(three, '--fault', 'arbiter');
    expect(code).toBe(2);
    expect(stderr).toContain('--fault arbiter: this configuration has no arbiter');
  });

  test('needs a configuration, and says so', async () => {
    const { code, stderr } = await new MhactlProcess(['simulate']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--config FILE is missing');
  });
});
