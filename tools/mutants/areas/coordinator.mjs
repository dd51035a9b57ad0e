export const coordinator = [];
