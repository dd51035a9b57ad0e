module.exports = {
  ...require('../jest.preset.cjs'),
  displayName: '@mha4rdb/e2e',
  testTimeout: 180_000,
};
