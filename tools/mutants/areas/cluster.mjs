export const cluster = [];
