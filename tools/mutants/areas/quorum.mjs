export const quorum = [];
