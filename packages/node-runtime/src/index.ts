export {
  configFlags,
  loadConfig,
  type ConfigResult,
  type ConfigSources,
  type LoadedConfig,
} from './config/load.js';
export { exampleConfig } from './config/example.js';
export { printConfig, type EffectiveValue } from './config/effective.js';
export { formatProblems, type ConfigProblem } from './config/problem.js';
export { isPrivateAddress } from './config/private-address.js';
export type {
  AgentConfig,
  ArbiterConfig,
  BaseConfig,
  ConfigKind,
  ConfigOf,
  DatabaseConfig,
  DatabaseUser,
  EngineName,
  TlsConfig,
} from './config/config.js';
export type { MemberConfig, MemberRole, VipConfig } from './config/member-readers.js';
export type { AddressWithPrefix, HostPort } from './config/scalar-readers.js';
export type { TimingInput } from './config/structure-readers.js';
