/** Walks of hugetlb: what the runner is told, and what must be seen. */
import { describe, expect, it } from '@effect/vitest';
import { HUGETLB_SCOPES } from '../../../../checker/conform/hugetlb/scopes.ts';
import { hugetlbReleaseFor } from '../../../../checker/conform/hugetlb/against.ts';
import { scriptOf } from '../../../../checker/conform/script.ts';
import { allWalks, randomWalks } from '../../../../checker/conform/sequences.ts';
import { hugetlbStageOf, hugetlbWalkThrough } from '../../../support/hugetlb_walks.ts';

const seenOf = (walk: ReturnType<typeof hugetlbWalkThrough>) => walk.steps.at(-1)!.seen;

describe('a walk of hugetlb', () => {
  it('makes its file first, which is empty, and says who is promised hugepages', () => {
    const walk = hugetlbWalkThrough(
      hugetlbStageOf('hugetlb-shared'),
      'hugetlbfs_file_mmap(parent, two hugepages)',
      'hugetlb_fault(parent, page 1, write)',
      'hugetlbfs_file_mmap(parent, MAP_NORESERVE at 6)',
      'hugetlbfs_fallocate(hugepage 1 of file 0)',
      'hugetlb_munmap(parent, pages 0..1)',
    );
    expect(scriptOf(walk, 'one')).toMatchInlineSnapshot(`
      "seq one
      watch 260608 512
      watch 261120 512
      watch 261632 512
      watch 262144 512
      watch 262656 512
      watch 263168 512
      object 0 hugetlb 0
      map 260608 1024 shared 0 0 reserve
      write 260864 256 2
      map 262144 1024 shared 0 0
      allocate 0 512 512
      munmap 260608 512
      "
    `);
  });
  it('shows a leaf, who has it, and what is left of the pool', () => {
    const walk = hugetlbWalkThrough(
      hugetlbStageOf('hugetlb-shared'),
      'hugetlbfs_file_mmap(parent, two hugepages)',
      'hugetlb_fault(parent, page 1, write)',
    );
    expect(seenOf(walk)).toMatchInlineSnapshot(`
      {
        "answer": {
          "ok": true,
        },
        "pool": {
          "free": 2,
          "reserved": 1,
        },
        "processes": Map {
          0 => {
            "deposits": [],
            "entries": [
              {
                "bits": "wydc0",
                "count": 512,
                "level": "pmd",
                "page": 260608,
                "pincount": 0,
                "refcount": 513,
              },
            ],
            "hugetlb": 512,
            "pages": [
              {
                "count": 512,
                "flags": "HPFX",
                "folio": 0,
                "kind": "L",
                "mapcount": 1,
                "offset": 0,
                "page": 260608,
              },
            ],
            "pt": 1,
            "shares": [],
            "smaps": [
              0,
              512,
            ],
            "vmas": [
              {
                "count": 1024,
                "page": 260608,
                "perm": "rw-s",
              },
            ],
          },
        },
      }
    `);
  });
  it('shows a PMD table that two mappings share: one mapping of the hugepage, and one table of each', () => {
    const walk = hugetlbWalkThrough(
      hugetlbStageOf('hugetlb-pmd-share'),
      'hugetlbfs_file_mmap(parent, a PUD)',
      'hugetlbfs_file_mmap(parent, the same behind it)',
      'hugetlb_fault(parent, page 0, read)',
      'hugetlb_fault(parent, page 4, read)',
    );
    const { pt, pages, shares, hugetlb } = seenOf(walk).processes.get(0)!;
    expect({ pt, hugetlb, shares }).toEqual({
      pt: 2,
      hugetlb: 512,
      shares: [
        [0, 1],
        [262144, 1],
      ],
    });
    expect(pages.map(({ page, flags, mapcount }) => [page, flags, mapcount])).toEqual([
      [0, 'HPF', 1],
      [262144, 'HPF', 1],
    ]);
  });
  it('gets SIGBUS where a userfaultfd is told, and EAGAIN where a fill ends half-way', () => {
    const stage = hugetlbStageOf('hugetlb-uffd');
    const begun = [
      'hugetlbfs_file_mmap(parent, two hugepages)',
      'userfaultfd_api(parent, WP_HUGETLBFS_SHMEM)',
      'userfaultfd_register(parent, pages 0..3, minor)',
      'hugetlbfs_fallocate(hugepage 0 of file 0)',
    ];
    const told = hugetlbWalkThrough(stage, ...begun, 'hugetlb_fault(parent, page 0, read)');
    expect(seenOf(told).answer).toEqual({ ok: false, signal: 7 });
    const half = hugetlbWalkThrough(stage, ...begun, 'userfaultfd_continue(parent, pages 0..3)');
    expect(seenOf(half).answer).toEqual({ ok: false, errno: 11 });
    expect(half.steps.at(-1)!.line).toBe('uffd-continue 260608 1024');
  });
  it('leaves out what depends on which mapping of a file is the oldest', () => {
    const stage = hugetlbStageOf('hugetlb-pmd-share');
    const shared = [
      'hugetlbfs_file_mmap(parent, a PUD)',
      'hugetlb_munmap(parent, pages 0..3)',
      'hugetlbfs_file_mmap(parent, the same behind it)',
      'hugetlbfs_file_mmap(parent, a PUD)',
      'hugetlb_fault(parent, page 0, read)',
      'hugetlb_fault(parent, page 4, read)',
    ];
    const cut = 'hugetlb_truncate(file 0 to 1 hugepage)';
    expect(() => hugetlbWalkThrough(stage, ...shared, cut)).toThrow('left out, i-mmap-order');
    const [map, , ...others] = shared;
    expect(hugetlbWalkThrough(stage, map!, others[0]!, ...others.slice(2), cut).steps).toHaveLength(5);
  });
  it.each(HUGETLB_SCOPES.map(({ name }) => name))('of %s goes on at random, and never without a process', (name) => {
    for (const walk of randomWalks([hugetlbStageOf(name)], 1, 20, 10)) {
      expect(walk.steps.length).toBeGreaterThan(0);
      for (const { seen } of walk.steps) expect(seen.processes.size).toBeGreaterThan(0);
    }
  });
  it('is one of all that there are', () => {
    const walks = [...allWalks(hugetlbStageOf('hugetlb-pmd-share'), 1)];
    expect(new Set(walks.map((walk) => scriptOf(walk, ''))).size).toBe(walks.length);
  });
});

describe('the release of hugetlb that a kernel is held against', () => {
  it.each([
    ['7.3.4+deb13-cloud-amd64', 'v7.3'],
    ['7.1.13+deb13-cloud-amd64', 'v7.1'],
    ['6.18.44-amd64', 'v6.18'],
    ['6.12.117+deb13-cloud-amd64', 'v6.12.117'],
    ['6.12.107', 'v6.12'],
    ['5.10', 'v6.1'],
  ])('of %s is %s', (uname, release) => expect(hugetlbReleaseFor(uname)).toBe(release));
});
