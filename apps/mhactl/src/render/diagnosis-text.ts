import type { Diagnosis, DiagnosisFinding } from '@mha4rdb/client';
import colors from 'picocolors';

/** What is wrong, worst first, each with what follows and what to do; with `wide`, what is well too. */
export function diagnosisText({ findings, unreachable }: Diagnosis, wide: boolean): string {
  const shown = wide ? findings : findings.filter(({ severity }) => severity !== 'ok');
  return [...shown.map(findingText), summary(findings, unreachable)].join('\n\n');
}

function findingText(finding: DiagnosisFinding): string {
  const { member, check, severity, message, consequence, remedy } = finding;
  return [
    `${mark(severity)}  ${member}  ${check}: ${message}`,
    ...(consequence === '' ? [] : [`  leads to: ${consequence}`]),
    ...(remedy === '' ? [] : [`  what to do: ${remedy}`]),
  ].join('\n');
}

function mark(severity: DiagnosisFinding['severity']): string {
  const word = severity.toUpperCase().padEnd(7);
  if (severity === 'serious') return colors.red(word);
  return severity === 'warning' ? colors.yellow(word) : word;
}

function summary(findings: readonly DiagnosisFinding[], unreachable: readonly string[]): string {
  const count = (severity: DiagnosisFinding['severity']): string =>
    `${findings.filter((finding) => finding.severity === severity).length} ${severity}`;
  const members = new Set(findings.map(({ member }) => member)).size - unreachable.length;
  const silent = unreachable.length === 0 ? '' : `; no answer from ${unreachable.join(', ')}`;
  const counts = [count('serious'), count('warning'), count('note'), count('ok')].join(', ');
  return `${members} ${members === 1 ? 'member' : 'members'} examined: ${counts}${silent}`;
}
