module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: '@mha4rdb/mhactl',
  globalSetup: './build-bundle.cjs',
  // A process that hangs is killed before this, and its test fails on that.
  testTimeout: 40_000,
};
