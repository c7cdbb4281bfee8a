/** A figure of the report. */

/** A picture with its words. */
export interface Figure {
  /** Name of its files. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly svg: string;
  /** Its series and their colours; left out where one needs no legend. */
  readonly legend?: readonly { readonly label: string; readonly color: string }[];
}
