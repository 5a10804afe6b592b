/**
 * "mm: Support huge pfnmaps" (Peter Xu), v2 of 2024-08-26, merged for v6.12: its 19 patches as toggles on v6.11, one row
 * each, in their order. What the series relies on is set before the first.
 */
import { type Cover, knownBy, type Posted, postedWith, type SeriesVersion, type Setting, versionOf } from './patch.ts';

const set = knownBy('source');
const patch = (commit: string, title: string, says: string, ...sets: readonly Setting[]): Posted => ({
  title,
  commit,
  says,
  sets,
});

/**
 * "mm/mprotect: Fix dax puds" (Peter Xu, 2024-08, v6.12), which the cover letter asks for, and "mm: replace follow_page()
 * by folio_walk" (David Hildenbrand, 2024-08, v6.12), one function of which it changes.
 */
const PREREQUISITES: readonly Setting[] = [set('mprotect-pud', 'changes'), set('pages-stat', 'folio_walk')];

/** The titles are those that were merged. */
const PATCHES: readonly Posted[] = [
  patch(
    '6857be5fecae',
    'mm: introduce ARCH_SUPPORTS_HUGE_PFNMAP and special bits to pmd/pud',
    'nothing yet: the option is there, and no architecture selects it',
  ),
  patch('ef713ec3a566', 'mm: drop is_huge_zero_pud()', 'nothing: there never was a huge zero PUD'),
  patch(
    '3c8e44c9b369',
    'mm: mark special bits for huge pfn mappings when inject',
    'leaves of frames are special, where an architecture selects the option',
    set('huge-special', 'frames'),
  ),
  patch(
    '5dd40721f147',
    'mm: allow THP orders for PFNMAPs',
    'VM_PFNMAP and VM_MIXEDMAP are offered PUD leaves too',
    set('pud-order', 'special'),
  ),
  patch(
    'ae3c99e650da',
    'mm/gup: detect huge pfnmap entries in gup-fast',
    'gup-fast gives up at a special leaf',
    set('gup-fast-special', 'yes'),
  ),
  patch(
    '10d83d7781a8',
    'mm/pagewalk: check pfnmap for folio_walk_start()',
    'nothing yet: vm_normal_page_pmd() takes a special leaf for no page, as the flags of its VMA say already',
    set('normal-page-pmd', 'special-or-vma'),
  ),
  patch(
    'bc02afbd4d73',
    'mm/fork: accept huge pfnmap entries',
    'fork copies special PMD leaves, and protects PUD leaves of private mappings only',
    set('fork-special-pmd', 'copies'),
    set('fork-pud-write', 'cow'),
  ),
  patch('0515e022e167', 'mm: always define pxx_pgprot()', 'nothing: helpers for those who look frames up'),
  patch('6da8e9634bb7', 'mm: new follow_pfnmap API', 'nothing yet: nobody calls it'),
  patch('5731aacd54a8', 'KVM: use follow_pfnmap API', 'KVM finds what a leaf maps', set('lookup-kvm', 'follow_pfnmap')),
  patch('bd8c2d18bf5c', 's390/pci_mmio: use follow_pfnmap API', 'as KVM', set('lookup-s390', 'follow_pfnmap')),
  patch(
    'cbea8536d933',
    'mm/x86/pat: use the new follow_pfnmap API',
    'nothing yet: what VM_PAT has reserved is read from leaves, too, and remap_pfn_range() makes none',
    set('pat-info-level', 'all'),
  ),
  patch('a77f9489f1d7', 'vfio: use the new follow_pfnmap API', 'as KVM', set('lookup-vfio', 'follow_pfnmap')),
  patch('e6bc784c24fd', 'acrn: use the new follow_pfnmap API', 'as KVM', set('lookup-acrn', 'follow_pfnmap')),
  patch(
    'b17269a51cc7',
    'mm/access_process_vm: use the new follow_pfnmap API',
    'as KVM',
    set('lookup-access', 'follow_pfnmap'),
  ),
  patch('b0a1c0d0edcd', 'mm: remove follow_pte()', 'nothing: nobody is left who calls it'),
  patch(
    '75182022a043',
    'mm/x86: support large pfn mappings',
    'x86 selects the option: entries have the bit, at PUD level on x86-64',
    set('huge-pfnmap-archs', 'x86'),
  ),
  patch(
    '3e509c9b03f9',
    'mm/arm64: support large pfn mappings',
    'arm64 selects it: at PMD level, its macros for PUDs are dead code',
    set('huge-pfnmap-archs', 'arm64'),
  ),
  {
    ...patch(
      'f9e54c3a2f5b',
      'vfio/pci: implement huge_fault support',
      'a fault on a BAR maps one leaf, of the largest size for which the address is aligned',
      set('vfio-fault', 'one-leaf'),
      set('vfio-align', 'address'),
    ),
    author: 'Alex Williamson',
  },
];

const COVER: Cover = {
  tag: 'PATCH v2',
  title: 'mm: Support huge pfnmaps',
  author: 'Peter Xu',
  source: { list: 'linux-mm', date: '2024-08-26', id: '20240826204353.2228736-1-peterx@redhat.com' },
};

export const HUGE_PFNMAPS: readonly SeriesVersion[] = [
  versionOf({
    version: 'v2',
    says: 'as merged: leaves by ->huge_fault, special at every level; alignment is asked of the address only',
    cites: 'cb0f01beb166 "mm/mprotect: fix dax pud handlings", which it relies on',
    cover: COVER,
    before: PREREQUISITES,
    patches: postedWith(COVER, PATCHES),
  }),
];
