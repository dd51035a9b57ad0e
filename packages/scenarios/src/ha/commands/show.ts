import { classifyStanding, explainOf, lastIndex, statusOf } from '@mha4rdb/core';
import { numberOf, ScriptError, type Directive } from '../../script/directive.js';
import type { Commands } from '../../script/vocabulary.js';
import { take } from '../agent.js';
import { elapse, settle } from '../elapse.js';
import { steadyText, valueText } from '../tell.js';
import { clockOf, hostOf, markOf, newestState, taken, type HaWorld, type Host } from '../world.js';

export const SHOW: Commands<HaWorld> = {
  elapse: {
    usage: 'elapse MS: time passes; prints all that is decided, begun, fenced and acknowledged',
    run: (world, directive) => {
      elapse(world, numberOf(directive, directive.words[0] ?? '', 'elapse'));
      return taken(world);
    },
  },
  clock: {
    usage: 'clock n1 rate=1.01: how fast its clock runs from now on',
    options: ['rate'],
    run: (world, { words, options }) => {
      const host = hostOf(world, words[0] ?? '');
      const now = clockOf(world, host);
      host.clock.rate = Number(options['rate']);
      host.clock.offset = now - host.clock.rate * world.time;
      return [];
    },
  },
  operator: {
    usage:
      'operator n1 switchover|schedule|cancel|failover|pause|resume|aside|back|restart|restart-in-place|reinit id=o1 [to=n2] [in=MS] [loss=REASON]: asked of the agent of n1; aside, back, reinit: of `to`; restart: of `to`, or of all',
    options: ['id', 'to', 'in', 'loss'],
    run: (world, { words, options, line }) => {
      const host = hostOf(world, words[0] ?? '');
      const id = options['id'] ?? 'o1';
      const to = (options['to'] ?? null) as Host['id'] | null;
      const reason = options['loss'] ?? '';
      if (reason !== '') world.allowed.add('loss');
      const request = {
        switchover: { kind: 'switchover', id, to },
        schedule: {
          kind: 'scheduleSwitchover',
          id,
          to,
          due: world.time + Number(options['in'] ?? 0),
        },
        cancel: { kind: 'cancelSwitchover', id },
        failover: { kind: 'failover', id, to, allowDataLoss: reason !== '', reason },
        pause: { kind: 'pause', id },
        resume: { kind: 'resume', id },
        aside: { kind: 'maintenance', id, member: to ?? host.id, on: true },
        restart: { kind: 'restart', id, members: to === null ? null : [to], inPlace: false },
        'restart-in-place': { kind: 'restart', id, members: [to ?? host.id], inPlace: true },
        reinit: { kind: 'reinit', id, member: to ?? host.id },
        back: { kind: 'maintenance', id, member: to ?? host.id, on: false },
      } as const;
      const chosen = request[words[1] as keyof typeof request] as
        (typeof request)[keyof typeof request] | undefined;
      if (chosen === undefined) throw new ScriptError(`nobody asks for "${words[1]}"`, line);
      take(world, host, { type: 'operator', request: chosen });
      settle(world);
      return taken(world);
    },
  },
  committed: {
    usage: 'committed: what is committed, as far as anyone has applied it',
    run: (world) => {
      const state = newestState(world);
      const { confirmed, target, election, released } = state;
      return [
        `phase ${state.phase}, epoch ${markOf(world, state.epoch)}, primary ${state.primary ?? 'none'}`,
        `confirmed ${confirmed === null ? 'none' : `${confirmed.primary} in epoch ${markOf(world, confirmed.epoch)}, rule ${valueText(confirmed.rule)}`}`,
        ...(target === null ? [] : [`target ${valueText(target.rule)}`]),
        ...(election === null
          ? []
          : [`election ${markOf(world, election.index)} because ${election.cause}`]),
        ...(released === null
          ? []
          : [`released epoch ${markOf(world, released.epoch)} ${released.kind}`]),
        ...state.lineage.map(
          (at) =>
            `lineage: ${at.member} epoch ${markOf(world, at.epoch)} timeline ${at.timeline} from ${at.switchLsn}`,
        ),
      ];
    },
  },
  status: {
    usage: 'status n1: what mhactl would show there',
    run: (world, { words }) => {
      const host = hostOf(world, words[0] ?? '');
      if (host.node === null) return ['nobody answers'];
      const status = statusOf(host.node, clockOf(world, host), world.time);
      return [
        `${status.verdict}, primary ${status.primary ?? 'none'}, epoch ${markOf(world, status.epoch)}${status.stale ? ', stale' : ''}`,
        ...status.members.map(
          ({ id, state, health, trouble }) =>
            `${id} ${state} ${health}${trouble === null ? '' : `: ${steadyText(world, trouble)}`}`,
        ),
        ...status.reasons.map((reason) => `because ${steadyText(world, reason)}`),
      ];
    },
  },
  explain: {
    usage: 'explain n1: would a failover work now, and what it waits for',
    run: (world, { words }) => {
      const host = hostOf(world, words[0] ?? '');
      if (host.node === null) return ['nobody answers'];
      const { possible, to, checks } = explainOf(host.node, clockOf(world, host));
      return [
        possible ? `possible, to ${to ?? 'anyone'}` : 'not possible',
        ...checks
          .filter(({ ok }) => !ok)
          .map(({ member, check, detail }) => `${member ?? 'cluster'} ${check}: ${detail}`),
      ];
    },
  },
  history: {
    usage: 'history: the events of the cluster',
    run: (world) =>
      newestState(world).events.map(
        ({ kind, from, to, trigger, result, detail }) =>
          `${kind} ${from ?? 'none'} -> ${to ?? 'none'} (${trigger}): ${result}${detail === '' ? '' : `; ${detail}`}`,
      ),
  },
  allow: {
    usage: 'allow loss|two-open: this script shows it on purpose, and says on top why',
    run: (world, { words }) => {
      for (const word of words) world.allowed.add(word);
      return [];
    },
  },
  expect: {
    usage:
      'expect [n1…] [phase= primary= epoch= confirmed= rule= standing= port= promise= action= holds=(x y) acknowledged=(x y)]: or the script fails, whatever it prints',
    options: ['*'],
    run: (world, directive) => {
      if (directive.words.length === 0) compare(clusterFacts(world), directive, 'the cluster');
      for (const id of directive.words) compare(hostFacts(world, hostOf(world, id)), directive, id);
      return [];
    },
  },
};

type Facts = Readonly<Record<string, string>>;

function clusterFacts(world: HaWorld): Facts {
  const { phase, primary, epoch, confirmed } = newestState(world);
  return {
    phase,
    primary: primary ?? 'none',
    epoch: markOf(world, epoch),
    confirmed: confirmed?.primary ?? 'none',
    rule: confirmed === null ? 'none' : valueText(confirmed.rule),
    acknowledged: world.acknowledged.map(({ text }) => text).join(' '),
    open: [...world.hosts.values()]
      .filter(({ toldLease }) => toldLease.startsWith('open'))
      .map(({ id }) => id)
      .join(' '),
  };
}

function hostFacts(world: HaWorld, { node, database, toldLease, memberDisk }: Host): Facts {
  const member = node?.member ?? null;
  const writes = database?.log.flatMap(({ kind, text }) => (kind === 'write' ? [text] : [])) ?? [];
  const running = database?.process === 'running';
  return {
    standing:
      node === null || member === null
        ? 'none'
        : classifyStanding({ cluster: node.cluster, member }),
    port: toldLease.split(',')[0] ?? '',
    promise: markOf(world, memberDisk?.promise ?? 0),
    released: markOf(world, memberDisk?.released?.epoch ?? 0),
    action: member?.running?.action.kind ?? 'none',
    upstream: database?.upstream ?? 'none',
    database: database === null ? 'none' : running ? database.role : 'stopped',
    rule: database === null ? 'none' : valueText(database.rule),
    uncommitted: node === null ? '0' : String(lastIndex(node.raft) - node.raft.commit),
    leads: node !== null && node.coordinator !== null ? 'yes' : 'no',
    holds: writes.join(' '),
  };
}

function compare(facts: Facts, { options, line }: Directive, whose: string): void {
  for (const [key, wanted] of Object.entries(options)) {
    const found = facts[key];
    if (found === undefined) {
      throw new ScriptError(
        `nothing is known as "${key}"; there is ${Object.keys(facts).join(', ')}`,
        line,
      );
    }
    if (found !== wanted.replaceAll(',', ' ')) {
      throw new ScriptError(`${whose}: ${key} is "${found}", expected "${wanted}"`, line);
    }
  }
}
