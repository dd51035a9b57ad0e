import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Code, type Interceptor } from '@connectrpc/connect';
import { ConsensusService } from '@mha4rdb/proto';
import { failure } from './failure.js';
import { identityKey, type Identity } from './identity.js';

type Right = 'order' | 'read' | 'standing';

const ENOUGH: Readonly<Record<Right, readonly Identity['kind'][]>> = {
  order: ['member', 'operator'],
  read: ['member', 'operator', 'viewer'],
  // A node that asks whether it is a member is none yet, as far as anybody knows.
  standing: ['member', 'outsider'],
};

/** Refuses whoever may not call a method. `insecure` callers were given an operator's rights before. */
export function authorize(insecure: boolean): Interceptor {
  return (next) => (request) => {
    const right = rightFor(request);
    const { kind } = request.contextValues.get(identityKey);
    if (insecure || ENOUGH[right].includes(kind)) return next(request);
    if (kind === 'unknown' || kind === 'outsider') {
      throw failure(Code.Unauthenticated, {
        reasonCode: 'not-permitted',
        message: 'no known token and no certificate of a member came with this request',
        remedy: 'give --token-file, or a certificate of a member',
      });
    }
    throw failure(Code.PermissionDenied, {
      reasonCode: 'not-permitted',
      message: `a ${kind} may not call ${request.method.name}`,
      remedy: right === 'order' ? 'use an operator token' : '',
    });
  };
}

function rightFor({ service, method }: Parameters<ReturnType<Interceptor>>[0]): Right {
  if (service.typeName === ConsensusService.typeName) return 'standing';
  return isRead(method) ? 'read' : 'order';
}

function isRead(method: {
  readonly idempotency: MethodOptions_IdempotencyLevel;
  readonly methodKind: string;
}): boolean {
  return (
    method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
    method.methodKind === 'server_streaming'
  );
}
