/**
 * A process on the client's host that asks each member's host, every few milliseconds, for a TCP
 * connection to the VIP: by the host's own MAC, so that two that would both answer are both seen.
 * Input: an {@link AnsweringConfig} line. Output: changes, and its own health when the input ends.
 */
import { createInterface } from 'node:readline';
import { monotonicMs } from '../monotonic.js';
import { type PacketLink, openPacketLink } from '../network/packet-link.js';
import type { AddressChange, AnsweringConfig, SamplerHealth } from './sample.js';
import { acceptedBy, synFrame } from './tcp-probe.js';

const PROBE_PORT = 61_000;
const PORTS = 1_000;
/** A host that accepted nothing for so many looks does not answer. */
const SILENT_LOOKS = 4;

let samples = 0;
let lastLookAt = 0;
let longestPauseMs = 0;

function write(line: AddressChange | SamplerHealth): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function probe(config: AnsweringConfig, link: PacketLink): () => void {
  const { vip, port, own, hosts, everyMs } = config;
  /** By MAC: when it accepted last. */
  const acceptedAt = new Map<string, number>();
  const answering = new Set<string>();
  let count = 0;
  let from = { mac: link.mac, ip: own, port: PROBE_PORT };

  return () => {
    const now = monotonicMs();
    for (const frame of link.take()) {
      // An answer may be to the probe before, on its port.
      const target = frame.length >= 38 ? frame.readUInt16BE(36) : 0;
      const mac = acceptedBy(frame, { ...from, port: target }, { ip: vip, port });
      if (mac !== null) acceptedAt.set(mac, now);
    }
    for (const { host, mac } of hosts) {
      const last = acceptedAt.get(mac);
      const has = last !== undefined && now - last < SILENT_LOOKS * everyMs;
      if (has === answering.has(host)) continue;
      if (has) answering.add(host);
      else answering.delete(host);
      write({ kind: 'address', host, has, at: now, notBefore: last ?? now });
    }
    count += 1;
    from = { ...from, port: PROBE_PORT + (count % PORTS) };
    for (const { mac } of hosts) link.send(synFrame(from, { mac, ip: vip, port }, count));
    if (lastLookAt > 0) longestPauseMs = Math.max(longestPauseMs, now - lastLookAt);
    lastLookAt = now;
    samples += 1;
  };
}

createInterface({ input: process.stdin })
  .once('line', (line) => {
    const config = JSON.parse(line) as AnsweringConfig;
    setInterval(probe(config, openPacketLink('eth0')), config.everyMs);
  })
  .on('close', () => {
    write({ kind: 'health', samples, longestPauseMs });
    process.exit(0);
  });
