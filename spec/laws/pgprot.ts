/** PG31 to PG34, PG36 to PG38: page protections by themselves, before any entry is made of them. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { eq, toNumber, type U64, ZERO } from '../../model/formats/u64.ts';
import type { Case, Law, Stage, Subject } from './law.ts';
import { ACCESS, EXEC, type Mmu, type Modifier, READ, SHADOW, USER, WRITE } from './mmu.ts';

const PTE: readonly LeafLevel[] = ['pte'];

const stage = (says: string, word: U64): Stage => ({ says, word, as: 'pgprot' });

/** Rights by a PTE of the protection. */
const rightsBy = ({ t, mmu }: Subject, prot: U64): number => mmu.rights('pte', t.pfn_pte!(ZERO, prot));

/** Rights of every architecture, and the protection key; that to execute may go. Tags, and what else one has, go with the mode. */
const sameRights = (subject: Subject, was: U64, is: U64): boolean => {
  const { key } = subject.mmu;
  const [before, after] = [rightsBy(subject, was), rightsBy(subject, is)];
  const user = before & USER;
  // Of user space where it is one of user space: what cannot be executed any more may be nobody's else.
  const [had, has] = [before & ACCESS, (after & USER) === user ? after & ACCESS : 0];
  return (
    (after & USER & ~user) === 0 &&
    ((had ^ has) & ~EXEC) === 0 &&
    (has & EXEC & ~had) === 0 &&
    (key === undefined || key(was) === key(is))
  );
};

const keepsExec = (subject: Subject, was: U64, is: U64): boolean =>
  ((rightsBy(subject, was) ^ rightsBy(subject, is)) & EXEC) === 0;

/** Where nothing but ordinary memory is executed: pgprot_noncached() and the others of arm64 set PXN and UXN. */
const takesExec = ({ mmu }: Subject, prot: U64): boolean => mmu.deviceNeverExec === true && mmu.mode('pte', prot) !== 0;

/** vm_page_prot before mprotect(), and after. */
const ofPgprotModify = (
  name: string,
  says: string,
  right: (subject: Subject) => (oldprot: U64, newprot: U64, made: U64) => boolean,
): Law => ({
  name,
  says,
  cites: 'v7.1 include/linux/pgtable.h pgprot_modify(), arch/x86/include/asm/pgtable.h; mm/mmap.c vma_set_page_prot()',
  levels: PTE,
  needs: () => ['pgprot_modify', 'pfn_pte'],
  over: 'pairs',
  frames: 'one',
  hurts: ['mprotect', 'insert'],
  judge: (subject) => {
    const { pgprot_modify } = subject.t;
    const holds = right(subject);
    return (_pfn, _prot, vmProt, newprot) => holds(vmProt, newprot, pgprot_modify!(vmProt, newprot));
  },
  tell: ({ t }, { vmProt, newprot }) => {
    const made = t.pgprot_modify!(vmProt, newprot);
    return [
      stage('vm_page_prot', vmProt),
      stage('p of mprotect()', newprot),
      stage('pgprot_modify()', made),
      stage('pgprot_modify() again', t.pgprot_modify!(made, newprot)),
    ];
  },
});

const pg31 = ofPgprotModify(
  'PG31',
  'pgprot_modify(old, new) selects the cache mode of old',
  ({ mmu }) =>
    (oldprot, _newprot, made) =>
      mmu.mode('pte', made) === mmu.mode('pte', oldprot),
);
const pg32 = ofPgprotModify(
  'PG32',
  'pgprot_modify(old, new) gives the rights and the protection key of new; on arm64, where old is not of ordinary memory, it may take the right to execute',
  (subject) => (oldprot, newprot, made) =>
    sameRights(subject, newprot, made) && (takesExec(subject, oldprot) || keepsExec(subject, newprot, made)),
);
const pg33 = ofPgprotModify(
  'PG33',
  'pgprot_modify(pgprot_modify(old, new), new) is pgprot_modify(old, new)',
  ({ t }) =>
    (_oldprot, newprot, made) =>
      eq(t.pgprot_modify!(made, newprot), made),
);

/** include/linux/mm.h. */
const VM_READ = 1;
const VM_WRITE = 2;
const VM_EXEC = 4;
const VM_SHARED = 8;

/** What was asked is given, but write to a private mapping, which comes by copy; what was not asked is not. */
const givesAsAsked = (rights: number, flags: number, write: boolean): boolean => {
  const asked = (flags & (VM_READ | VM_WRITE | VM_EXEC)) !== 0;
  if (!asked) return (rights & ACCESS) === 0;
  const shared = (flags & (VM_WRITE | VM_SHARED)) === (VM_WRITE | VM_SHARED);
  return (
    (rights & USER) !== 0 &&
    ((flags & VM_READ) === 0 || (rights & READ) !== 0) &&
    ((rights & EXEC) === 0) === ((flags & VM_EXEC) === 0) &&
    write === shared &&
    ((rights & WRITE) === 0 || shared) &&
    (rights & SHADOW) === 0
  );
};

const pg34: Law = {
  name: 'PG34',
  says: 'vm_get_page_prot() gives what its vm_flags ask for and no more: a private mapping is never writable, one of no access has no right, execution comes with VM_EXEC alone',
  cites: 'v7.1 include/linux/mm.h vm_get_page_prot(); arch/*/mm protection_map[]',
  levels: PTE,
  needs: () => ['pfn_pte', 'pte_write'],
  over: 'vm_get_page_prot()',
  frames: 'one',
  hurts: ['every walker', 'fork'],
  judge: (subject) => {
    const [pfn_pte, write] = [subject.t.pfn_pte!, subject.t.pte_write!];
    return (pfn, prot, _vmProt, flags) =>
      givesAsAsked(rightsBy(subject, prot), toNumber(flags), write(pfn_pte(pfn, prot)));
  },
  tell: (_subject, { prot, newprot }) => {
    const asked = ['r', 'w', 'x', 's'].filter((_, n) => ((toNumber(newprot) >> n) & 1) === 1).join('');
    return [stage(`vm_get_page_prot(${asked === '' ? 'none' : asked})`, prot)];
  },
};

const MODIFIERS: readonly Modifier[] = [
  'pgprot_noncached',
  'pgprot_writecombine',
  'pgprot_writethrough',
  'pgprot_device',
];
/** Modifiers that the architecture has, and whose mode is promised. */
const promising = ({ t, mmu }: Subject): readonly Modifier[] =>
  MODIFIERS.filter((name) => t[name] !== undefined && mmu.promises?.[name] !== undefined);
const promised = ({ mmu }: Subject, name: Modifier): number => mmu.modes.indexOf(mmu.promises![name]!);

const noPromise = ({ promises }: Mmu): string | undefined =>
  promises === undefined ? 'no cache mode is written down for its pgprot_noncached() and the others' : undefined;

type Wrong = readonly Stage[];

/** A law that each modifier, or each after each other one, gives what is right; `wrong` tells the first that does not. */
const ofModifiers = (
  name: string,
  says: string,
  over: Law['over'],
  wrong: (subject: Subject) => (prot: U64) => Wrong | undefined,
): Law => ({
  name,
  says,
  cites:
    'v7.1 include/linux/pgtable.h; arch/x86/mm/pat/memtype.c pgprot_writecombine(); Documentation/driver-api/device-io.rst',
  levels: PTE,
  needs: () => ['pgprot_noncached', 'pfn_pte'],
  over,
  frames: 'one',
  unless: noPromise,
  hurts: ['insert'],
  judge: (subject) => {
    const first = wrong(subject);
    return (_pfn, prot) => first(prot) === undefined;
  },
  tell: (subject, { prot }: Case) => [stage('p', prot), ...wrong(subject)(prot)!],
});

const pg36 = ofModifiers(
  'PG36',
  'pgprot_noncached(), pgprot_writecombine() and the others select the cache mode that they promise, of vm_get_page_prot()',
  'vm_get_page_prot()',
  (subject) => {
    const { t, mmu } = subject;
    const each = promising(subject).map((name) => ({ name, of: t[name]!, mode: promised(subject, name) }));
    return (prot) => {
      const bad = each.find(({ of, mode }) => mmu.mode('pte', of(prot)) !== mode);
      return bad && [stage(`${bad.name}() of it`, bad.of(prot))];
    };
  },
);

const pg37 = ofModifiers(
  'PG37',
  'pgprot_noncached() and the others change the cache mode, and no flag and no right; on arm64 they may forbid to execute what is not ordinary memory any more',
  'protections',
  (subject) => {
    const { t } = subject;
    const names = ['pte_dirty', 'pte_young', 'pte_special', 'pte_soft_dirty', 'pte_uffd_wp', 'pte_write'] as const;
    const flags = names.flatMap((name) => t[name] ?? []);
    const each = promising(subject).map((name) => ({ name, of: t[name]! }));
    return (prot) => {
      const bad = each.find(({ of }) => {
        const made = of(prot);
        const same = sameRights(subject, prot, made) && (takesExec(subject, made) || keepsExec(subject, prot, made));
        return !same || flags.some((flag) => flag(prot) !== flag(made));
      });
      return bad && [stage(`${bad.name}() of it`, bad.of(prot))];
    };
  },
);

const pg38 = ofModifiers(
  'PG38',
  'Of several pgprot_*() the last one decides the cache mode, also where it is the same once more',
  'vm_get_page_prot()',
  (subject) => {
    const { t, mmu } = subject;
    const each = promising(subject).map((name) => ({ name, of: t[name]! }));
    return (prot) => {
      for (const first of each)
        for (const last of each) {
          const [once, both] = [first.of(prot), last.of(first.of(prot))];
          if (mmu.mode('pte', both) !== mmu.mode('pte', last.of(prot)))
            return [stage(`${first.name}() of it`, once), stage(`${last.name}() of that`, both)];
        }
      return undefined;
    };
  },
);

export const PGPROT_LAWS: readonly Law[] = [pg31, pg32, pg33, pg34, pg36, pg37, pg38];
