const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
const { mutatedSource } = require('../mutated-source.cjs');

const preset = require(join(__dirname, '../../../jest.preset.cjs'));
const [[, { swcrc, jsc, module: output }]] = Object.values(preset.transform);
const options = { swcrc, jsc, module: output, sourceMaps: false };

/**
 * Lets `node --conditions=@mha4rdb/source --require THIS FILE.ts` run a program of this repository
 * from its sources, by way of the mutant: what is built knows of none.
 */
Module._extensions['.ts'] = (module, file) => {
  const { code } = transformSync(mutatedSource(file, readFileSync(file, 'utf8')), {
    ...options,
    filename: file,
  });
  module._compile(code, file);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function resolveSource(request, parent, ...rest) {
  if (/^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts')) {
    const source = join(parent.path, request.replace(/\.js$/, '.ts'));
    if (existsSync(source)) return source;
  }
  return resolveFilename.call(this, request, parent, ...rest);
};
