import { Code, type ServiceImpl } from '@connectrpc/connect';
import type { NodeId } from '@mha4rdb/kernel';
import type { ConsensusService } from '@mha4rdb/proto';
import { wireStanding, type StandingView } from '../founding/standing.js';
import { failure } from './failure.js';
import { identityKey } from './identity.js';

/** What members ask each other in single calls; their stream of frames is served by hand. */
export function consensusService(
  self: { readonly cluster: string; readonly node: NodeId },
  standing: (asker: NodeId) => StandingView,
): Partial<ServiceImpl<typeof ConsensusService>> {
  return {
    askStanding: ({ from }, { values }) => {
      const { kind, name } = values.get(identityKey);
      if ((kind === 'member' || kind === 'outsider') && name !== from) {
        throw failure(Code.PermissionDenied, {
          reasonCode: 'not-permitted',
          message: `the certificate is that of ${name}, and the question comes from ${from}`,
          remedy: 'a member asks for itself only',
        });
      }
      return wireStanding(self.cluster, self.node, standing(from as NodeId));
    },
  };
}
