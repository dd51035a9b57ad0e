export const node = [];
