import { create } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { FoundingAnswer } from '@mha4rdb/core';
import { lifeOf, logIndexOf, type NodeId, type Result } from '@mha4rdb/kernel';
import {
  AskStandingResponseSchema,
  ConsensusService,
  type AskStandingResponse,
} from '@mha4rdb/proto';
import { memberClient } from '../rpc/member-client.js';
import type { TlsMaterial } from '../transport/socket-factory.js';
import { InvalidFrame, numberOf } from '../transport/wire-values.js';

export interface KnownMember {
  readonly id: NodeId;
  /** `HOST:PORT` of its agent or arbiter. */
  readonly address: string;
}

/** What one node says to another that has no Raft log. */
export interface StandingView {
  readonly answer: FoundingAnswer;
  readonly clusterId: string;
  /** The replicated list as it knows it; empty before it has one. */
  readonly members: readonly KnownMember[];
}

export function wireStanding(
  cluster: string,
  node: NodeId,
  { answer: { formed, life, retired }, clusterId, members }: StandingView,
): AskStandingResponse {
  return create(AskStandingResponseSchema, {
    cluster,
    node,
    formed,
    clusterId,
    life: BigInt(life),
    ...(retired !== null && { retired: BigInt(retired) }),
    members: members.map(({ id, address }) => ({ id, address })),
  });
}

/** Asks one member; the failure's text says why there is no answer. Never rejects. */
export async function askStanding(question: {
  readonly cluster: string;
  readonly from: NodeId;
  readonly to: KnownMember;
  readonly tls?: TlsMaterial;
  readonly timeoutMs: number;
}): Promise<Result<StandingView, 'no-answer'>> {
  const { cluster, from, to, tls, timeoutMs } = question;
  const { client, close } = memberClient(ConsensusService, to.address, to.id, tls);
  try {
    const answer = await client.askStanding({ cluster, from }, { timeoutMs });
    return answer.cluster === cluster && answer.node === to.id
      ? { ok: true, value: standingIn(answer) }
      : noAnswer(`that is ${answer.node} of ${answer.cluster}`);
  } catch (error) {
    if (error instanceof InvalidFrame) return noAnswer(error.message);
    return noAnswer(ConnectError.from(error).rawMessage);
  } finally {
    close();
  }
}

function standingIn(wire: AskStandingResponse): StandingView {
  const { formed, life, retired, clusterId, members } = wire;
  return {
    answer: {
      formed,
      life: lifeOf(numberOf(life)),
      retired: retired === undefined ? null : logIndexOf(numberOf(retired)),
    },
    clusterId,
    members: members.map(({ id, address }) => ({ id: id as NodeId, address })),
  };
}

function noAnswer(message: string): Result<never, 'no-answer'> {
  return { ok: false, error: { code: 'no-answer', message } };
}
