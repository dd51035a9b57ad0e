export { playScript, type Played } from './script/play.js';
export { scriptFiles, vocabularyOf } from './catalogue.js';
