export const edge = [];
