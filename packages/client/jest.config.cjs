module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: '@mha4rdb/client',
  // Conditions have deadlines of their own, shorter than this.
  testTimeout: 20_000,
};
