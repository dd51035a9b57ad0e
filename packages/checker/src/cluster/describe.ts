import type { Command, MemberAction } from '@mha4rdb/core';
import { classifyStanding } from '@mha4rdb/core';
import type { Vector } from '../exploration/model.js';
import { ruleText } from './checks.js';
import { PLACES, STEP } from './layout.js';
import type { World } from './world.js';

export function labelCluster(world: World, what: number, detail: number): string {
  const place = detail % PLACES;
  const rest = Math.floor(detail / PLACES);
  const member = world.ids[place] ?? '';
  const command = (): string => commandText(world.members.commands.get(rest));
  switch (what) {
    case STEP.entry:
      return `${member} applies ${command()}`;
    case STEP.ended:
      return `${member}: ${runningText(world, rest)} is done`;
    case STEP.failed:
      return `${member}: ${runningText(world, rest)} fails`;
    case STEP.recorded:
      return `${member}'s record is on disk`;
    case STEP.look:
      return rest === 0
        ? `${member} looks at its server`
        : `${member} looks at its server, and gives up ${namesOf(world, rest)}`;
    case STEP.reload:
      return `${member}'s backends take up the rule`;
    case STEP.stream:
      return `${member}'s server receives and flushes a record`;
    case STEP.hear:
      return `the coordinator hears ${member}'s report`;
    case STEP.append:
      return `committed: ${command()}`;
    case STEP.decide:
      return `the coordinator commits ${command()}`;
    case STEP.decideLate:
      return `the coordinator's patience ends; it commits ${command()}`;
    case STEP.stray:
      return `the coordinator proposes ${command()}, which may come late`;
    case STEP.write:
      return `a client writes w${rest} on ${member}`;
    case STEP.acknowledge:
      return `${member} acknowledges w${rest}`;
    case STEP.grantEnds:
      return `${member}'s grant runs out`;
    case STEP.inheritanceEnds:
      return `the grant that ${member}'s former life may have had runs out`;
    case STEP.agentCrash:
      return `${member}'s agent crashes and starts again${crashText(rest)}`;
    case STEP.hostCrash:
      return `${member}'s host crashes and starts again${crashText(rest)}`;
    default:
      return `${member}'s server crashes`;
  }
}

function crashText(rest: number): string {
  const kept = (rest & 1) !== 0 ? ', its record was written' : '';
  return (rest & 2) !== 0 ? `${kept}, its action was carried out` : kept;
}

function namesOf(world: World, mask: number): string {
  return world.ids.filter((_, place) => (mask & (1 << place)) !== 0).join(', ');
}

function runningText(world: World, node: number): string {
  const action = world.members.nodes.get(node).member?.running?.action;
  return action === undefined ? '?' : actionText(action);
}

function actionText(action: MemberAction): string {
  const rule = 'rule' in action ? ` ${ruleText(action.rule)}` : '';
  const epoch = 'epoch' in action ? ` for epoch ${action.epoch}` : '';
  return `${action.kind}${rule}${epoch}`;
}

export function commandText(command: Command): string {
  switch (command.type) {
    case 'AppointPrimary':
      return `AppointPrimary ${command.member}, ${ruleText(command.rule)}, election ${command.electionIndex}`;
    case 'ConfirmPrimary':
      return `ConfirmPrimary of epoch ${command.epoch}, ${ruleText(command.rule)}`;
    case 'SetDurability':
      return `SetDurability ${ruleText(command.rule)}, version ${command.ver}, epoch ${command.epoch}`;
    case 'BeginElection':
      return `BeginElection after epoch ${command.epoch} (${command.cause})`;
    case 'ReleaseGrant':
      return `ReleaseGrant of epoch ${command.epoch} (${command.kind})`;
    case 'RenewGrant':
      return `RenewGrant of epoch ${command.epoch} to ${command.holder}, life ${command.incarnation}`;
    case 'Adopt':
      return `Adopt of epoch ${command.epoch} by ${command.member}, life ${command.incarnation}`;
    default:
      return command.type;
  }
}

export function describeCluster(world: World, state: Vector): readonly string[] {
  const { layout, ids, logs, members } = world;
  const log = logs.get(state[layout.log] ?? 0);
  const { phase, epoch, primary, confirmed } = log.state;
  const rule = confirmed === null ? 'none' : `${confirmed.primary}: ${ruleText(confirmed.rule)}`;
  const lines = ids.map((id, place) => {
    const { wal, role, running, effective, upstream } = world.database(state, place);
    const node = members.nodes.get(state[layout.nodes + place] ?? 0);
    const standing =
      node.member === null ? '' : classifyStanding({ cluster: node.cluster, member: node.member });
    const port = world.has(state, layout.open, place) ? 'port open' : 'port closed';
    const server = running
      ? `${role}, upstream ${upstream ?? '-'}, ${ruleText(effective)}`
      : 'stopped';
    return `${id}: ${standing}, applied ${node.raft.applied}, ${port}; server ${server}, log [${wal.join(' ')}]`;
  });
  return [
    `log ends at ${logs.base + log.commands.length}: ${phase}, epoch ${epoch}, primary ${primary ?? '-'}; confirmed ${rule}`,
    ...lines,
  ];
}
