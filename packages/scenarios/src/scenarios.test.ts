import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { scriptFiles, vocabularyOf } from './catalogue.js';
import { playScript } from './script/play.js';

test.each(scriptFiles().map((file) => [`${vocabularyOf(file).name}/${basename(file)}`, file]))(
  '%s prints what stands in it',
  (name, file) => {
    const before = readFileSync(file, 'utf8');
    const { text, difference } = playScript(vocabularyOf(file), name, before);
    expect(difference).toBe('');
    expect(text).toBe(before);
  },
);

test.each(scriptFiles().map((file) => [basename(file), file]))(
  '%s says on top what it shows, which rule, and where its intent is from',
  (_, file) => {
    const [head = ''] = readFileSync(file, 'utf8').split('\n\n');
    expect(head.split('\n').every((line) => line.startsWith('# '))).toBe(true);
    expect(head).toMatch(/\b(?:R\d{1,2}|I[12]|protocol §\d)/);
    expect(head).toMatch(/^# Intent: /m);
  },
);
