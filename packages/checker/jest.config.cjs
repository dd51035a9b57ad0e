module.exports = { ...require('../../jest.preset.cjs'), displayName: '@mha4rdb/checker' };
