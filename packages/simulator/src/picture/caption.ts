/** What stands around a picture: the run cannot know what it was made for. */
export interface Caption {
  readonly title: string;
  /** One line under the title: the configuration, the seed. */
  readonly setting: string;
  /** One line of results: write gap, acknowledged, lost. */
  readonly result: string;
  /** What is assumed and what is not shown, a sentence each. */
  readonly notes: readonly string[];
}
