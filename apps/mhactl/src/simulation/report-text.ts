import { ASCII, drawTimeline, UNICODE, type Ink, type Paint } from '@mha4rdb/simulator';
import colors from 'picocolors';
import { millisecondsText } from '../render/words.js';
import { histogram } from './histogram.js';
import type { Play } from './play.js';
import type { Setup } from './read-config.js';
import type { FaultReport, SimulationReport } from './report.js';
import { faultsText, settingText, verdictText } from './words.js';
import type { FaultName } from './fault-name.js';

/** The terminal that a report is written for. */
export interface Terminal {
  readonly columns: number;
  readonly unicode: boolean;
}

const MOST_COLUMNS = 160;

/** The whole report for people. */
export function reportText(
  report: SimulationReport,
  shown: Play,
  { config }: Setup,
  terminal: Terminal,
): string {
  const many = report.runs.length > 1;
  const head = `${report.cluster}, simulated: ${settingText(report, config.timing)}`;
  return [
    colors.bold(head),
    ...(many ? distributions(report, terminal) : [...timeline(shown, terminal), ...whys(shown)]),
    ...report.runs.flatMap(troubles),
    '',
    ...report.assumptions.flatMap((note) => wrapped(note, terminal.columns).map(colors.dim)),
    '',
    verdictText(report),
  ].join('\n');
}

function timeline({ seed, result }: Play, { columns, unicode }: Terminal): readonly string[] {
  if (result.record === null) return [];
  const glyphs = unicode ? UNICODE : ASCII;
  const width = Math.min(columns, MOST_COLUMNS);
  const lines = drawTimeline(result.record, { columns: width, glyphs, paint });
  return [`seed ${seed}`, '', ...lines];
}

/** Who was chosen and why, and where the time went, from the cluster's own history. */
function whys({ result: { record }, scenes }: Play): readonly string[] {
  if (record === null || scenes.length === 0) return [];
  const changes = record.changes.filter(({ kind }) => CHANGES.includes(kind));
  const lines = changes.flatMap((change) => [
    `${change.kind} ${change.from ?? 'nobody'} -> ${change.to ?? 'nobody'}: ${change.trigger}`,
    ...change.candidates.map(
      ({ id, chosen, reason }) => `  ${id} ${chosen ? 'chosen' : 'not chosen'}: ${reason}`,
    ),
    `  time: ${phases(change.phases)}`,
  ]);
  return [
    '',
    colors.bold('Why it went so'),
    ...(lines.length > 0 ? lines : ['no change of primary']),
  ];
}

const CHANGES: readonly string[] = ['failover', 'restart', 'switchover'];
const PHASES = [
  ['detectMs', 'noticed'],
  ['electMs', 'waited out and elected'],
  ['sealMs', 'sealed the others'],
  ['promoteMs', 'promoted'],
  ['gateMs', 'confirmed and opened'],
  ['vipMs', 'VIP taken'],
] as const;

function phases(of: Readonly<Partial<Record<(typeof PHASES)[number][0], number>>>): string {
  const spent = PHASES.flatMap(([key, words]) => {
    const ms = of[key];
    return ms === undefined ? [] : [`${words} ${millisecondsText(Math.round(ms))}`];
  });
  return spent.join(' · ');
}

function distributions(report: SimulationReport, terminal: Terminal): readonly string[] {
  return report.faults.flatMap((fault, index) => [
    '',
    `${colors.bold(faultsText(fault.faults as readonly FaultName[]))}, ${report.runs.length} runs`,
    ...oneDistribution(fault),
    ...histogram(
      report.runs.flatMap(({ outcomes }) => outcomes[index]?.writeGapMs ?? []),
      terminal,
    ),
  ]);
}

function oneDistribution({ writeGapMs, withoutAutomaticRecovery }: FaultReport): readonly string[] {
  const parts =
    writeGapMs === null
      ? 'writes never came back'
      : (['min', 'p50', 'p90', 'p99', 'max'] as const)
          .map((name) => `${name} ${millisecondsText(writeGapMs[name])}`)
          .join(' · ');
  const total = withoutAutomaticRecovery.reduce((sum, { runs }) => sum + runs, 0);
  return [
    `  write gap: ${parts}`,
    ...(total === 0 ? [] : [`  without automatic recovery: ${total}`]),
    ...withoutAutomaticRecovery.map(
      ({ reason, runs, seed }) => `    ${runs} x ${reason} (for example --seed ${seed})`,
    ),
  ];
}

function troubles({ seed, broken, overdue }: SimulationReport['runs'][number]): readonly string[] {
  if (broken !== null) return [colors.red(`seed ${seed}: A PROMISE WAS BROKEN: ${broken}`)];
  return overdue ? [colors.red(`seed ${seed}: writes should have come back by themselves`)] : [];
}

const COLOURS: Readonly<Record<Ink, (text: string) => string>> = {
  plain: (text) => text,
  muted: colors.dim,
  primary: colors.blue,
  standby: colors.cyan,
  open: colors.green,
  grant: colors.yellow,
  leads: colors.magenta,
  fault: colors.red,
  ack: colors.green,
};

const paint: Paint = (ink, text) => COLOURS[ink](text);

function wrapped(words: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
