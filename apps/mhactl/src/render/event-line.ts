import type { ClusterEvent, ClusterStatus } from '@mha4rdb/client';
import { verdictText, stateText, timeText } from './words.js';

/** Where the cluster stands when a watch begins. */
export function watchHeading({ asOf, cluster, verdict, primary, epoch }: ClusterStatus): string {
  const who = primary === null ? 'no primary' : `primary ${primary} (epoch ${epoch})`;
  return `${timeText(asOf)}  watching ${cluster}: ${verdictText(verdict)}, ${who}`;
}

export function eventLine(event: ClusterEvent): string {
  return `${timeText(event.at)}  ${event.type.padEnd(19)}  ${describe(event)}`;
}

function describe(event: ClusterEvent): string {
  switch (event.type) {
    case 'leaderChanged': {
      const { id, epoch } = event.leader;
      return `${id} is primary (epoch ${epoch})${event.from === null ? '' : `, was ${event.from}`}`;
    }
    case 'leaderLost':
      return [`${event.from ?? 'nobody'} is primary no longer`, event.detail]
        .filter((text) => text !== '')
        .join(': ');
    case 'memberChanged': {
      const { id, state, health } = event.member;
      if (event.removed) return `${id} is a member no more`;
      return `${id} is ${stateText(state)}${health === 'ok' ? '' : ` (${health})`}, was ${event.was ?? 'not there'}`;
    }
    case 'memberRecovered':
      return `${event.member.id} is well again as ${stateText(event.member.state)}`;
    case 'verdictChanged':
      return `${verdictText(event.verdict)}, was ${event.was}${event.reasons.map((reason) => `; ${reason}`).join('')}`;
    case 'switchoverPlanned':
      return `${event.operationId}: from ${event.from ?? 'nobody'} to ${event.to ?? 'the best candidate'}`;
    case 'switchoverCompleted':
      return `${event.operationId}: ${event.result}`;
    case 'settingsChanged':
      return event.detail;
  }
}
