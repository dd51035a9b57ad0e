import { fileURLToPath } from 'node:url';
import { bannedText } from './checks/banned-text.mjs';
import { decisionRecords } from './checks/decision-records.mjs';
import { docLinks } from './checks/doc-links.mjs';
import { fileLength } from './checks/file-length.mjs';
import { fileNames } from './checks/file-names.mjs';
import { lockFile } from './checks/lock-file.mjs';
import { packageManifests } from './checks/package-manifests.mjs';
import { ruleNumbers } from './checks/rule-numbers.mjs';
import { unreachableFiles } from './checks/unreachable-files.mjs';
import { readTree } from './source-tree.mjs';

/** Everything about the repository that neither the compiler nor ESLint sees. */
const CHECKS = [
  fileNames,
  fileLength,
  bannedText,
  lockFile,
  packageManifests,
  unreachableFiles,
  docLinks,
  ruleNumbers,
  decisionRecords,
];

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));
const findings = CHECKS.flatMap((check) =>
  check(tree).map((finding) => ({ ...finding, check: check.name })),
);
for (const { path, line, message, check } of findings) {
  console.error(`${path}${line === undefined ? '' : `:${line}`}: ${message} [${check}]`);
}
console.error(
  findings.length === 0
    ? `tidy: ${tree.paths.length} files, nothing to report`
    : `tidy: ${findings.length} findings`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
