import { parseTiming, type Founding, type Timing } from '@mha4rdb/core';
import { ok, type Result } from '@mha4rdb/kernel';
import type { BaseConfig } from '../config/config.js';
import { hostPortText } from '../config/scalar-readers.js';

/** What core needs of a configuration: timing that keeps every inequality, and the first members. */
export function foundingOf(
  config: BaseConfig,
): Result<
  { readonly timing: Timing; readonly founding: Founding },
  'unknown-preset' | 'violated-inequality'
> {
  const timing = parseTiming(config.timing);
  if (!timing.ok) return timing;
  return ok({
    timing: timing.value,
    founding: {
      name: config.cluster,
      grantMs: timing.value.grant,
      settings: {
        durability: { mode: config.durability.mode, degrade: config.durability.degrade },
      },
      members: config.members.map(({ id, role, address, database, ...policy }) => ({
        id,
        role,
        address: hostPortText(address),
        priority: policy.priority,
        ...(database !== undefined && { database: hostPortText(database) }),
        ...(policy.noFailover === true && { noFailover: true as const }),
        ...(policy.noSync === true && { noSync: true as const }),
      })),
    },
  });
}
