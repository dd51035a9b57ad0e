module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: '@mha4rdb/mhactl',
  globalSetup: './build-bundle.cjs',
};
