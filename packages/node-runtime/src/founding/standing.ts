import { create } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { Contact, Founding, FoundingAnswer } from '@mha4rdb/core';
import { lifeOf, logIndexOf, type NodeId, type Result } from '@mha4rdb/kernel';
import {
  AskStandingResponseSchema,
  ConsensusService,
  FoundingSettingsSchema,
  KnownMemberSchema,
  type AskStandingResponse,
  type FoundingSettings,
  type KnownMember as WireMember,
} from '@mha4rdb/proto';
import { memberClient } from '../rpc/member-client.js';
import type { TlsMaterial } from '../transport/socket-factory.js';
import { addressIn, contactOf, idIn } from '../transport/contact.js';
import { InvalidFrame, numberOf } from '../transport/wire-values.js';

/** What one node says to another that has no Raft log. */
export interface StandingView {
  readonly answer: FoundingAnswer;
  readonly clusterId: string;
  /** Whom it knows of: the members of what it stands on, or of its configuration and whom those named. */
  readonly members: readonly Contact[];
}

export function wireStanding(
  cluster: string,
  node: NodeId,
  { answer: { formed, life, retired, basis }, clusterId, members }: StandingView,
): AskStandingResponse {
  return create(AskStandingResponseSchema, {
    cluster,
    node,
    formed,
    clusterId,
    life: BigInt(life),
    ...(retired !== null && { retired: BigInt(retired) }),
    members: (basis?.members ?? members).map((member) => create(KnownMemberSchema, member)),
    ...(basis !== null && { settings: wireSettings(basis) }),
  });
}

function wireSettings({ settings: { durability }, grantMs }: Founding): FoundingSettings {
  const { mode, degrade } = durability;
  return create(FoundingSettingsSchema, {
    durabilityMode: mode,
    degrade,
    grantMs: BigInt(grantMs),
  });
}

/** Asks one member; the failure's text says why there is no answer. Never rejects. */
export async function askStanding(question: {
  readonly cluster: string;
  readonly from: NodeId;
  readonly to: Contact;
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
  const { cluster, formed, life, retired, clusterId, members, settings } = wire;
  return {
    answer: {
      formed,
      life: lifeOf(numberOf(life)),
      retired: retired === undefined ? null : logIndexOf(numberOf(retired)),
      basis: settings === undefined ? null : basisIn(cluster, members, settings),
    },
    clusterId,
    members: members.map(contactOf),
  };
}

function basisIn(
  name: string,
  members: readonly WireMember[],
  { durabilityMode, degrade, grantMs }: FoundingSettings,
): Founding {
  return {
    name,
    members: members.map(({ id, role, address, database, priority, noFailover, noSync }) => ({
      id: idIn(id),
      role: oneOf(['data', 'arbiter'], role),
      address: addressIn(address),
      priority,
      ...(database !== undefined && { database: addressIn(database) }),
      ...(noFailover && { noFailover: true as const }),
      ...(noSync && { noSync: true as const }),
    })),
    settings: {
      durability: { mode: oneOf(['majority', 'all', 'async'], durabilityMode), degrade },
    },
    grantMs: numberOf(grantMs),
  };
}

function oneOf<const Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new InvalidFrame(`"${text}" is none of ${words.join(', ')}`);
  return word;
}

function noAnswer(message: string): Result<never, 'no-answer'> {
  return { ok: false, error: { code: 'no-answer', message } };
}
