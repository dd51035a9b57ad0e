import type { Metrics } from './metrics.js';

/** What every process says of itself, under the names that dashboards know. */
export function addProcessMetrics(metrics: Metrics): void {
  metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => [
    { value: process.memoryUsage.rss() },
  ]);
  metrics.counterFrom('process_cpu_seconds_total', 'User and system time.', () => {
    const { user, system } = process.cpuUsage();
    return [{ value: (user + system) / 1e6 }];
  });
  metrics.gauge('process_start_time_seconds', 'Start, in seconds since 1970.', () => [
    { value: Math.round(Date.now() / 1000 - process.uptime()) },
  ]);
}
