import { TIMING_PRESETS } from '@mha4rdb/core';
import type { ScriptedFault } from '../fault.js';
import { CALM } from '../network.js';
import { membersOf } from '../options.js';
import { simulate } from '../run.js';
import { lanesOf } from './lane.js';
import { momentsOf } from './moment.js';
import type { RunRecord } from './record.js';
import { longestSilence } from './silence.js';
import { SMALL_RUN } from './small-run.test-support.js';
import { drawSvg } from './svg/svg.js';
import { ASCII, UNICODE } from './terminal/glyphs.js';
import { drawTimeline } from './terminal/timeline.js';

const CAPTION = {
  title: 'Power & <light>',
  setting: 'dual, balanced, seed 1',
  result: 'write gap 2.36 s',
  notes: ['A simulation.'],
};
const plain = (_ink: unknown, text: string): string => text;

const told = (record: RunRecord): readonly string[] =>
  momentsOf(record, lanesOf(record)).map(({ at, who, text }) => `${at} ${who}: ${text}`);

describe('the picture of a failover', () => {
  it('is drawn as SVG', () => {
    expect(drawSvg(SMALL_RUN, CAPTION)).toMatchSnapshot();
  });

  it.each([
    ['in Unicode, 100 columns', 100, UNICODE],
    ['in ASCII, 72 columns', 72, ASCII],
  ])('is drawn as text %s', (_, columns, glyphs) => {
    const lines = drawTimeline(SMALL_RUN, { columns, glyphs, paint: plain });
    expect(`\n${lines.join('\n')}\n`).toMatchSnapshot();
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('uses ASCII only, where that is wanted', () => {
    const lines = drawTimeline(SMALL_RUN, { columns: 80, glyphs: ASCII, paint: plain });
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('the moments of a run', () => {
  it('are told from the last acknowledged write before the fault on, in order', () => {
    expect(told(SMALL_RUN)).toEqual([
      '9960 client: last acknowledged write before the gap',
      '10000 n1: the host loses its power',
      '11500 a1: no renewal for 1.65 s: the epoch ends, election',
      '11515 n2: sealed: has the log up to 354',
      '11520 a1: appoints n2 (epoch 37): n2 sealed: 1 of n2, 1 needed',
      '11692 n2: promoted in 150 ms',
      '11720 a1: confirms n2: commits wait for no standby',
      '11850 n1: its grant is over',
      '12300 a1: gives the first grant of this epoch: n2 may serve for 2.40 s',
      '12300 n2: port open, VIP taken',
      '12340 client: first acknowledged write, after 2.38 s',
      '18000 n1: power is back',
      '19130 n1: follows the primary',
    ]);
  });

  it('name a grant that is given back instead of one that ran out', () => {
    const events = SMALL_RUN.events.map((event) =>
      event.at === 11_515
        ? { ...event, event: 'released', fields: { epoch: 4, kind: 'dead', reason: 'it is dead' } }
        : event,
    ) as RunRecord['events'];
    const moments = told({ ...SMALL_RUN, events });
    expect(moments).toContain('11515 n2: the grant is given back (dead): it is dead');
    expect(moments.join()).not.toContain('its grant is over');
  });

  it('know that writes never came back', () => {
    const record = {
      ...SMALL_RUN,
      events: SMALL_RUN.events.filter(({ kind, at }) => kind !== 'acknowledged' || at < 10_000),
    };
    expect(longestSilence(record, 10_000)).toEqual({ from: 9960, to: null, ms: 14_040 });
    expect(drawSvg(record, CAPTION)).toContain('no write was acknowledged any more');
  });
});

/** Goal: whatever a run does, it can be drawn. Method: real runs of the real core. */
describe('any run', () => {
  const run = (mode: Parameters<typeof membersOf>[0], script: readonly ScriptedFault[]) =>
    simulate(
      {
        seed: 7,
        members: membersOf(mode),
        timing: TIMING_PRESETS.balanced,
        durability: { mode: 'majority', degrade: true },
        weather: CALM,
        faults: [],
        faultEveryMs: 1000,
        script,
        faultyMs: 20_000,
        liveness: false,
      },
      { recorded: true },
    ).record;

  it.each([
    ['without a fault', 'three', []],
    ['with a crash', 'single', [{ atMs: 9000, fault: 'database-crash', member: 'primary' }]],
    ['with a switchover', 'dual', [{ atMs: 12_000, fault: 'switchover', to: null }]],
    [
      'with a frozen agent',
      'dual',
      [{ atMs: 12_000, fault: 'agent-freeze', member: 'primary', forMs: 5000 }],
    ],
    [
      'with two lost hosts',
      'three',
      [
        { atMs: 12_000, fault: 'power-loss', member: 'n1', forMs: 6000 },
        { atMs: 12_000, fault: 'power-loss', member: 'n2', forMs: 5000 },
      ],
    ],
  ] as const)('%s is drawn with numbers and balanced marks', (_, mode, script) => {
    const record = run(mode, script);
    if (record === null) throw new Error('nothing was recorded');
    const svg = drawSvg(record, CAPTION);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length);
    expect(svg).not.toMatch(/<script|href|url\((?!#)/);
    const lines = drawTimeline(record, { columns: 100, glyphs: ASCII, paint: plain });
    expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
    expect(drawSvg(record, CAPTION)).toBe(svg);
  });
});
