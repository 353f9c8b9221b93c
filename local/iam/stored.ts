/** What every stored thing has: `sequence` grows with every creation and gives lists a stable order. */
export interface Stored {
  readonly sequence: number;
  readonly createdAt: Date;
}
