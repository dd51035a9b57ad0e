import { judgeNode, judgePeer, type Contact, type Finding, type Timing } from '@mha4rdb/core';
import { DiagnosisService } from '@mha4rdb/proto';
import type { Clock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import type { Token } from '../rpc/identity.js';
import { memberClient } from '../rpc/member-client.js';
import type { TlsMaterial } from '../transport/socket-factory.js';
import { measurePeer } from './measure-peer.js';
import { readNode } from './read-node.js';

export interface MemberFinding extends Finding {
  readonly member: string;
}

export interface ClusterFindings {
  readonly findings: readonly MemberFinding[];
  readonly unreachable: readonly string[];
}

export interface ExaminerOptions {
  readonly config: BaseConfig;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly tokens: readonly Token[];
  readonly tls: TlsMaterial | undefined;
  /** All members as known at the moment, this one included. */
  readonly members: () => readonly Contact[];
  /** What only a database's host has; nothing on an arbiter. */
  readonly examineHost: () => Promise<readonly Finding[]>;
}

/** Longer than any member examines itself, its peers that do not answer included. */
const MEMBER_TIMEOUT_MS = 12_000;

/** Reads at the edge, lets core judge, and collects from all members. One examination at a time. */
export class Examiner {
  private running: Promise<readonly MemberFinding[]> | null = null;

  constructor(private readonly options: ExaminerOptions) {}

  /** This member's own findings. Whoever asks while one is under way gets the same. */
  examineMember(): Promise<readonly MemberFinding[]> {
    this.running ??= this.examine().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async examineCluster(): Promise<ClusterFindings> {
    const { config, members } = this.options;
    const answers = await Promise.all(
      members().map(async (member) => ({
        id: member.id,
        found:
          member.id === config.node ? await this.examineMember() : await this.askMember(member),
      })),
    );
    return {
      findings: answers.flatMap(({ found, id }) =>
        found instanceof Error ? [silent(id, found)] : found,
      ),
      unreachable: answers.flatMap(({ found, id }) => (found instanceof Error ? [id] : [])),
    };
  }

  private async examine(): Promise<readonly MemberFinding[]> {
    const { config, timing, tokens, clock, tls, members, examineHost } = this.options;
    const peers = members().filter(({ id }) => id !== config.node);
    const [node, host, measured] = await Promise.all([
      readNode(config, tokens),
      examineHost(),
      Promise.all(peers.map((peer) => measurePeer(peer, clock, tls))),
    ]);
    const findings = [
      ...judgeNode(node, timing),
      ...host,
      ...measured.flatMap((facts) => judgePeer(facts, timing)),
    ];
    return findings.map((finding) => ({ member: config.node, ...finding }));
  }

  private async askMember({ id, address }: Contact): Promise<readonly MemberFinding[] | Error> {
    const { client, close } = memberClient(DiagnosisService, address, id, this.options.tls);
    try {
      const { findings } = await client.examineMember({}, { timeoutMs: MEMBER_TIMEOUT_MS });
      return findings.map(({ check, severity, message, consequence, remedy }) => ({
        member: id,
        check,
        severity: severity as Finding['severity'],
        message,
        consequence,
        remedy,
      }));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      close();
    }
  }
}

function silent(member: string, { message }: Error): MemberFinding {
  return {
    member,
    check: 'reachable',
    severity: 'serious',
    message: `${member} did not answer: ${message}`,
    consequence: 'nothing is known of its host; the cluster bears the loss of one member less',
    remedy: `start its agent or arbiter, and look at the network to ${member}`,
  };
}
