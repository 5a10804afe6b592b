/** The proposal of v3, refused: pfn_pte() itself takes huge attributes away. On x86 bit 7 is PSE of a leaf, and PAT of a page. */
import { proposal } from 'mmcheck/entries';
import { patchesOf } from './of_series.ts';

export default proposal({
  says: 'pfn_pte() makes no entry with a huge attribute: it clears bit 7 on x86, and sets bit 1 on arm64',
  cites: 'v3 2/4 "mm/pgtable: Make pfn_pte() filter out huge page attributes"; NACK by Juergen Gross, 2026-03-04',
  evidence: 'mail',
  patches: patchesOf('huge-remap-pfn-range@v3'),
});
