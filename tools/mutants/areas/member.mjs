export const member = [];
