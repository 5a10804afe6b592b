/** What is written down of an operation. */

/** What an operation mirrors, for the reader: file, function, release; and what it does not do. */
export interface Operation {
  readonly name: string;
  /** The kernel's file in which it begins: `list operations` groups by it. */
  readonly file: string;
  readonly says: string;
  /** The kernel function that it begins with, as traces name it. */
  readonly mirrors: string;
  /** What else it goes through, as far as it gets there, with the release. */
  readonly below: string;
  readonly stubs: string;
  readonly leavesOut: string;
}
