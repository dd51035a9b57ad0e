import type { Caption } from '@mha4rdb/simulator';
import type { Play } from './play.js';
import type { Setup } from './read-config.js';
import type { SimulationReport } from './report.js';
import { faultsText, settingText, verdictText } from './words.js';

/** What stands around the picture of a run. */
export function captionOf(report: SimulationReport, shown: Play, { config }: Setup): Caption {
  const faults = shown.scenes.map((scene) => faultsText(scene.faults)).join(', then ');
  return {
    title: `${report.cluster}: ${faults}`,
    setting: `simulated · ${settingText(report, config.timing)} · seed ${shown.seed}`,
    result: verdictText(report),
    notes: report.assumptions,
  };
}
