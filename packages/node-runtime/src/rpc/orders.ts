import { Code, type ConnectError, type HandlerContext } from '@connectrpc/connect';
import type { OperatorRequest } from '@mha4rdb/core';
import { randomUUID } from 'node:crypto';
import type { ClusterQueries, NotTaken, PlanView } from './cluster-queries.js';
import { failure } from './failure.js';
import { given } from './wire-views.js';

/** Says that a member passed this order on: the next one must not pass it further. */
export const FORWARDED_HEADER = 'mha-forwarded-by';

/** Passes an order on to the coordinator's address, with the caller's deadline. */
export type Forward<Request, Response> = (
  address: string,
  request: Request,
  context: HandlerContext,
) => Promise<Response>;

/** What all orders answer. */
export interface OrderResponse {
  readonly operationId: string;
  readonly accepted: boolean;
  readonly alreadySo: boolean;
  readonly plan: { readonly member: string; readonly action: string }[];
  readonly from?: string;
  readonly to?: string;
  readonly expectedGapMs?: number;
  readonly expectedLossBytes?: bigint;
}

export interface Order<Wire extends object, Response> {
  /** Carries the operation id, whoever made it. */
  readonly wire: Wire & { operationId: string };
  readonly dryRun: boolean;
  readonly request: (id: string) => OperatorRequest;
  readonly forward: Forward<Wire, Response>;
}

/** {@link carryOrder} for one node, in the words of the methods that take orders. */
export type Carry = <
  Wire extends { operationId: string; dryRun: boolean },
  Response extends object,
>(
  wire: Wire,
  context: HandlerContext,
  request: (id: string) => OperatorRequest,
  forward: Forward<Wire, Response>,
) => Promise<OrderResponse | Response>;

/**
 * Gives an order, or plans it on a dry run. A member that does not coordinate passes it on once; the
 * caller's operation id makes it happen once whoever asks how often.
 */
export async function carryOrder<Wire extends object, Response extends object>(
  queries: ClusterQueries,
  order: Order<Wire, Response>,
  context: HandlerContext,
): Promise<OrderResponse | Response> {
  const id = order.wire.operationId === '' ? randomUUID() : order.wire.operationId;
  const request = order.request(id);
  const planned = queries.plan(request);
  if (planned.kind === 'elsewhere' || (planned.kind === 'refused' && order.dryRun)) {
    return passOn(
      queries,
      { ...order, wire: { ...order.wire, operationId: id } },
      planned,
      context,
    );
  }
  const plan = planned.kind === 'plan' ? planned.plan : NO_PLAN;
  if (order.dryRun) return answer(id, { accepted: false, alreadySo: false }, plan);
  const reply = await queries.submit(request);
  switch (reply.kind) {
    case 'accepted':
      return answer(id, { accepted: true, alreadySo: false }, plan);
    case 'done':
      return answer(id, { accepted: false, alreadySo: true }, NO_PLAN);
    default:
      return passOn(
        queries,
        { ...order, wire: { ...order.wire, operationId: id } },
        reply,
        context,
      );
  }
}

const NO_PLAN: PlanView = {
  steps: [],
  from: null,
  to: null,
  expectedGapMs: null,
  expectedLossBytes: null,
};

function answer(
  operationId: string,
  outcome: { readonly accepted: boolean; readonly alreadySo: boolean },
  plan: PlanView,
): OrderResponse {
  const loss = plan.expectedLossBytes;
  return {
    operationId,
    ...outcome,
    plan: plan.steps.map((step) => ({ ...step })),
    ...given('from', plan.from),
    ...given('to', plan.to),
    ...given('expectedGapMs', plan.expectedGapMs),
    ...given('expectedLossBytes', loss === null ? null : BigInt(loss)),
  };
}

async function passOn<Wire extends object, Response>(
  queries: ClusterQueries,
  order: Order<Wire, Response>,
  reply: NotTaken,
  context: HandlerContext,
): Promise<Response> {
  if (reply.kind === 'refused') throw refusal(reply);
  const { coordinator } = reply;
  const address = coordinator === null ? undefined : queries.addressOf(coordinator);
  if (address === undefined) {
    throw failure(Code.Unavailable, {
      reasonCode: 'no-coordinator',
      message: 'no coordinator is known here now; the members may be electing one',
      remedy: 'try again in a few seconds; without a majority of members nothing can be changed',
    });
  }
  if (context.requestHeader.has(FORWARDED_HEADER)) {
    throw failure(Code.Unavailable, {
      reasonCode: 'not-coordinator',
      message: `the coordinator is ${coordinator} now`,
      remedy: 'try again',
      tryAddress: address,
    });
  }
  return order.forward(address, order.wire, context);
}

function refusal({ code, reason, remedy }: Extract<NotTaken, { kind: 'refused' }>): ConnectError {
  const connectCode = code === 'unknown-member' ? Code.NotFound : Code.FailedPrecondition;
  const busy = code === 'busy' ? Code.Unavailable : connectCode;
  return failure(busy, { reasonCode: code, message: reason, remedy });
}
