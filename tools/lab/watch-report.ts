import type { LedgerRecord } from './ledger/record.js';
import {
  type LedgerVerdict,
  type SplitBrain,
  type StoredRow,
  findSplitBrain,
  judgeLedger,
  writeGapMs,
} from './ledger/verdict.js';
import {
  type TwoHolders,
  addressIntervals,
  answeringIntervals,
  intersect,
  overlaps,
} from './observe/holders.js';
import type { AddressChange, SamplerHealth, SamplerLine } from './observe/sample.js';

/** Everything that clients and samplers saw. */
export interface WatchEvidence {
  readonly consumers: readonly LedgerRecord[];
  readonly probes: readonly LedgerRecord[];
  readonly samples: readonly SamplerLine[];
  /** Who answered for the VIP with an open database port, asked on the wire. */
  readonly answers: readonly SamplerLine[];
  readonly stored: readonly StoredRow[];
  readonly endedAt: number;
  /** For each data member, the lane that asks it directly. */
  readonly probeLanes: ReadonlyMap<string, string>;
}

/** The judgement of a watch. */
export interface WatchReport {
  /** Writes of every client, those to single members included. */
  readonly ledger: LedgerVerdict;
  /** Acknowledged writes through the VIP. */
  readonly acknowledgedThroughVip: number;
  /** Databases that acknowledged side by side. */
  readonly splitBrain: readonly SplitBrain[];
  /** Two hosts that carried the VIP while both answered clients. Must be empty. */
  readonly twoHolders: readonly TwoHolders[];
  /** Two hosts that accepted TCP connections to the VIP at the same time. Must be empty. */
  readonly twoAnswering: readonly TwoHolders[];
  /** How many stretches of answering were seen at all. */
  readonly answeringChanges: number;
  /** Two hosts that merely carried the address, answering or not: for people, not a verdict. */
  readonly twoAddresses: readonly TwoHolders[];
  readonly addressChanges: readonly AddressChange[];
  readonly samplerHealth: SamplerHealth | undefined;
  /** Longest time without an acknowledged write through the VIP that ended at or after a moment. */
  gapSince(moment: number): number | undefined;
}

/** Judges the evidence. */
export function writeReport(evidence: WatchEvidence): WatchReport {
  const { consumers, probes, samples, answers, stored, endedAt, probeLanes } = evidence;
  const answerChanges = answers.filter((line) => line.kind === 'address');
  const all = [...consumers, ...probes];
  const addressChanges = samples.filter((line) => line.kind === 'address');
  const carrying = addressIntervals(addressChanges, endedAt);
  const answering = new Map(
    [...carrying].map(([host, intervals]) => [
      host,
      intersect(intervals, answeringIntervals(probes, probeLanes.get(host) ?? '')),
    ]),
  );
  const lanes = new Set(consumers.map(({ lane }) => lane));
  return {
    ledger: judgeLedger(all, stored),
    acknowledgedThroughVip: consumers.filter(({ outcome }) => outcome === 'ack').length,
    splitBrain: findSplitBrain(all),
    twoHolders: overlaps(answering),
    twoAnswering: overlaps(addressIntervals(answerChanges, endedAt)),
    answeringChanges: answerChanges.length,
    twoAddresses: overlaps(carrying),
    addressChanges,
    samplerHealth: samples.find((line) => line.kind === 'health'),
    gapSince: (moment) => writeGapMs(consumers, lanes, moment),
  };
}

/** What is wrong with a report, as sentences; none when all writes and holders are in order. */
export function complaints(report: WatchReport): string[] {
  const { ledger, splitBrain, twoHolders, twoAnswering, samplerHealth } = report;
  const some = (records: readonly unknown[]): string => JSON.stringify(records.slice(0, 3));
  return [
    ...(ledger.acknowledged === 0 ? ['no write was acknowledged: nothing was tested'] : []),
    ...(ledger.lost.length > 0
      ? [`${ledger.lost.length} acknowledged writes are lost: ${some(ledger.lost)}`]
      : []),
    ...(ledger.phantom.length > 0
      ? [`${ledger.phantom.length} refused writes are there: ${some(ledger.phantom)}`]
      : []),
    ...(ledger.duplicates.length > 0 ? [`duplicated rows: ${some(ledger.duplicates)}`] : []),
    ...(splitBrain.length > 0 ? [`two databases acknowledged: ${some(splitBrain)}`] : []),
    ...(twoHolders.length > 0 ? [`two hosts answered for the VIP: ${some(twoHolders)}`] : []),
    ...(twoAnswering.length > 0
      ? [`two hosts accepted connections to the VIP: ${some(twoAnswering)}`]
      : []),
    ...(report.answeringChanges === 0
      ? ['no host was seen to accept connections to the VIP: nothing was proven']
      : []),
    ...(samplerHealth === undefined || samplerHealth.samples === 0
      ? ['the address sampler did not run: nothing was proven']
      : []),
  ];
}
