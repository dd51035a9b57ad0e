import { isCode, isDocument } from '../source-tree.mjs';

// Written in pieces, so that this file does not report itself.
const word = (...pieces) => pieces.join('');
const BANNED = [
  {
    pattern: new RegExp(`\\b(?:${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`),
    why: 'finish it, or open an issue',
    docs: true,
  },
  {
    pattern:
      /\b(?:describe|it|test)\.(?:only|skip|todo)\b|\b(?:xit|xdescribe|xtest|fit|fdescribe)\(/,
    why: 'every test runs, always',
  },
  {
    pattern: new RegExp(word('eslint', '-disable')),
    why: 'rules hold for everybody; mend the code or the rule',
  },
  {
    pattern: new RegExp(`@ts-(?:${word('ign', 'ore')}|${word('noch', 'eck')})`),
    why: 'mend the type',
  },
  { pattern: new RegExp(`\\b${word('as', ' any')}\\b`), why: 'mend the type' },
  {
    pattern: new RegExp(
      `(?:^|[\\s'"\`(=:,])/(?:${word('wo', 'rk')}|${word('ro', 'ot')}|home/\\w+)/`,
    ),
    why: 'a path of one machine',
    docs: true,
  },
  {
    pattern: new RegExp(
      `https?://[^\\s'"]*(?:${word('regi', 'stry')}|${word('artif', 'actory')}|${word('nex', 'us')})[.:/]`,
    ),
    why: 'a package host of one site',
    docs: true,
  },
  {
    pattern: new RegExp(`^\\s*(?:@[\\w-]+:)?${word('regi', 'stry')}\\s*=`),
    why: 'a package host of one site',
    docs: true,
  },
];

/** Words that mean "not finished", switches that silence a rule, and traces of one machine. */
export function bannedText(tree) {
  const findings = [];
  for (const path of tree.paths) {
    const document = isDocument(path);
    if (!document && !isCode(path)) continue;
    const rules = BANNED.filter((rule) => !document || rule.docs);
    for (const [index, line] of tree.text(path).split('\n').entries()) {
      for (const { pattern, why } of rules) {
        const hit = pattern.exec(line);
        if (hit) findings.push({ path, line: index + 1, message: `"${hit[0].trim()}": ${why}` });
      }
    }
  }
  return findings;
}
