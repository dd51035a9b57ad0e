module.exports = {
  ...require('../jest.preset.cjs'),
  displayName: '@mha4rdb/tools',
  testMatch: ['<rootDir>/{lab,demo,bench,opengauss-front}/**/*.test.ts'],
};
