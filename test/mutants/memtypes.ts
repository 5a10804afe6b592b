/** Mutants of what is reserved for frames of a device (x86 PAT): by contexts, on v7.1, and by VM_PAT, on v6.15. */
import { memtype_erase } from '../../model/arch/memtype_interval.ts';
import { privateDriver, remapDriver, twoRemapsDriver } from '../../model/drivers/driver.ts';
import { drop_vma_track, vma_track } from '../../model/mm/pfnmap_track.ts';
import type { PfnmapTracking } from '../../model/mm/pfnmap_track.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { VmaTrack } from '../../model/state/memtypes.ts';
import { Result } from '../../model/state/mm_types.ts';
import { leaf, type Mutant, setting, SLOT0 } from './mutant.ts';

const PAGE1 = { from: 1, to: 2 };
const TO_2 = { from: 0, to: 2, pages: 2 };
const geometry = { memtypes: 4 };
const UC_MINUS = 2;
const WB = 0;
const WT = 7;
/** Frames 1 and 2, and then frame 3. */
const PART_OF_3 = twoRemapsDriver('3 pages, by two and one', { at: 1, pages: 3, pfn: 1 }, 2);
/** The frames of `leaf` once more, for another mode. */
const other = remapDriver('the same frames, UC-', { at: 2, pages: 2, cache: UC_MINUS });

const tracking = (mistake: (base: PfnmapTracking) => Partial<PfnmapTracking>): Patch => ({
  pfnmap_tracking: (base) => ({ ...base, ...mistake(base) }),
});

/** What v6.15 is known to be wrong about is left out. */
const V6_15 = { on: 'v6.15', geometry, with: [setting('remap-error-untrack', 'first')] } as const;
/** A leaf by remap_pfn_range(), and VM_PAT. */
const LEAF_WITH_PAT = {
  on: 'v4',
  geometry,
  with: [setting('pfnmap-tracking', 'vm-pat')],
  alphabet: { drivers: leaf },
  length: 2,
} as const;

export const MEMTYPES: readonly Mutant[] = [
  {
    property: 'I-MEMTYPE',
    says: 'the last VMA of a context gives nothing up',
    on: 'v7.1',
    geometry,
    patch: tracking(() => ({ memtype_erase: () => false })),
    alphabet: { drivers: leaf, munmaps: [SLOT0] },
    length: 2,
  },
  {
    property: 'I-MEMTYPE',
    says: 'remap_pfn_range() that fails keeps its context',
    on: 'v7.1',
    geometry,
    failuresMax: 1,
    patch: tracking(() => ({
      remap_failed: () => undefined,
      vm_area_free: (s, mm, start) => drop_vma_track(s, mm, start),
    })),
    alphabet: { drivers: leaf, fork: false },
    length: 1,
  },
  {
    property: 'I-TRACKREF',
    says: 'a split does not count that two VMAs have the context',
    on: 'v7.1',
    geometry,
    patch: tracking(() => ({
      vm_area_dup: (s, src, from, dst, to) => {
        const track = vma_track(s, src, from);
        if (VmaTrack.ctx(track) > 0) s.vmaTrack.put(dst * (s.vmaTrack.rows / s.geometry.mms) + to, track);
      },
    })),
    alphabet: { drivers: leaf, fork: true },
    length: 2,
  },
  {
    property: 'I-TRACKREF',
    says: 'the VMA from which pages have moved keeps its place in the context',
    on: 'v7.1',
    geometry,
    patch: tracking((base) => ({
      vm_area_free: (s, mm, start) => {
        if (start === 0) drop_vma_track(s, mm, start);
        else base.vm_area_free(s, mm, start);
      },
    })),
    alphabet: { drivers: leaf, mremaps: [TO_2], fork: false },
    length: 2,
  },
  {
    property: 'I-CACHE',
    says: 'who maps frames that are reserved for another mode gets the one that it asks for',
    on: 'v7.1',
    geometry,
    patch: tracking((base) => ({
      track_remap: (s, mm, vma, from, to, pfn, prot) => {
        const tracked = base.track_remap(s, mm, vma, from, to, pfn, prot);
        return tracked < 0 ? tracked : prot;
      },
    })),
    alphabet: { drivers: [...leaf, other] },
    length: 2,
  },
  {
    property: 'I-CACHE',
    says: 'the mode of the first frame is taken for that of all (memtype_check_conflict())',
    on: 'v7.1',
    geometry,
    patch: tracking((base) => ({
      memtype_check_conflict: (s, start, _end, asked) => base.memtype_check_conflict(s, start, start + 1, asked),
    })),
    alphabet: { drivers: [...leaf, remapDriver('a page UC-, frame 1', { at: 2, pages: 1, pfn: 1, cache: UC_MINUS })] },
    length: 2,
  },
  {
    property: 'I-CACHE',
    says: 'who maps a part of a VMA gets the mode that it asks for',
    on: 'v7.1',
    geometry,
    patch: tracking(() => ({ pfnmap_setup_cachemode: (_s, _pfn, _frames, prot) => prot })),
    alphabet: { drivers: [twoRemapsDriver('2M by two halves', { at: 0, pages: 2 }, 1)], fork: false },
    length: 1,
  },
  {
    property: 'I-GRANT',
    says: 'who asks for WT may get WC (is_new_memtype_allowed())',
    on: 'v7.1',
    geometry,
    patch: tracking(() => ({ is_new_memtype_allowed: () => true })),
    alphabet: { drivers: [...leaf, remapDriver('the same frames, WT', { at: 2, pages: 2, cache: WT })] },
    length: 2,
  },
  {
    property: 'I-GRANT',
    says: 'remap_pfn_range() is as strict as fork was until v6.15: no other mode than the one that is asked for',
    on: 'v7.1',
    geometry,
    patch: tracking(() => ({ is_new_memtype_allowed: () => false })),
    alphabet: { drivers: [...leaf, other] },
    length: 2,
  },
  {
    property: 'I-GRANT',
    says: 'who asks for UC- may get WB (is_new_memtype_allowed())',
    on: 'v6.15',
    machine: { ...X86_64, mtrrWb: true },
    geometry,
    patch: tracking((base) => ({
      is_new_memtype_allowed: (asked, given) => given === WB || base.is_new_memtype_allowed(asked, given),
    })),
    alphabet: { drivers: [remapDriver('2M WB', { at: 0, pages: 2, cache: WB }), other], fork: false },
    length: 2,
  },
  {
    property: 'I-GRANT',
    says: 'where a part of a VMA is mapped, the mode of the first frame is taken for that of all (pfnmap_setup_cachemode())',
    on: 'v7.1',
    geometry: { ...geometry, puds: 2 },
    patch: tracking((base) => ({
      pfnmap_setup_cachemode: (s, pfn, _frames, prot) => base.pfnmap_setup_cachemode(s, pfn, 1, prot),
    })),
    // Where frame 1 is reserved it has been before: pages 0 and 1 are taken by the other.
    alphabet: { drivers: [...leaf, PART_OF_3], mremaps: [{ from: 0, to: 4, pages: 2 }], fork: false },
    length: 3,
  },
  {
    property: 'I-FORKS',
    says: 'a context cannot be shared with a child',
    on: 'v7.1',
    geometry,
    patch: tracking(() => ({ track_copy: () => Result.EINVAL })),
    alphabet: { drivers: leaf },
    length: 2,
  },
  {
    property: 'I-FORKS',
    says: 'the mode of a leaf is read with PSE for PAT (split-pgprot, before v4; VM_PAT)',
    ...LEAF_WITH_PAT,
    set: [setting('split-pgprot', 'raw')],
  },
  {
    property: 'WARN-pat-info',
    says: 'what is reserved is read from PTEs alone (pat-info-level, until v6.11)',
    ...LEAF_WITH_PAT,
    set: [setting('pat-info-level', 'ptes')],
  },
  {
    property: 'WARN-pat-info',
    says: 'a failing remap_pfn_range() unmaps before it gives up what it has reserved (remap-error-untrack, v6.11)',
    ...V6_15,
    failuresMax: 1,
    set: [setting('remap-error-untrack', 'last')],
    alphabet: { drivers: leaf },
    length: 1,
  },
  {
    property: 'I-MEMTYPE',
    says: 'a child has VM_PAT before it has reserved its frames, and keeps it if it cannot (pat-fork, until v6.14)',
    ...V6_15,
    failuresMax: 1,
    set: [setting('pat-fork', 'all')],
    alphabet: { drivers: leaf },
    length: 2,
  },
  {
    property: 'I-MEMTYPE',
    says: 'the upper part of a split has no VM_PAT (pat-fork, v6.15-rc1)',
    ...V6_15,
    set: [setting('pat-fork', 'none')],
    alphabet: { drivers: leaf, munmaps: [PAGE1] },
    length: 2,
  },
  {
    property: 'I-MEMTYPE',
    says: 'mremap() that fails takes VM_PAT from the VMA that has its pages back (mremap-error-untrack, v6.15)',
    on: 'v6.12.117',
    geometry: { ...geometry, puds: 2 },
    failuresMax: 1,
    with: [setting('remap-error-untrack', 'first')],
    set: [setting('mremap-error-untrack', 'source')],
    alphabet: { drivers: leaf, mremaps: [{ from: 0, to: 5, pages: 2 }], fork: false },
    length: 2,
  },
  {
    property: 'I-MEMTYPE',
    says: 'a reservation never loses its end (memtype_erase() of v6.16, with VM_PAT)',
    ...V6_15,
    patch: tracking(() => ({ memtype_erase })),
    alphabet: { drivers: [privateDriver('private 2M', { at: 0, pages: 2 })], munmaps: [PAGE1] },
    length: 2,
  },
];
