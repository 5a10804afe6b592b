/** The worlds of a BAR on other architectures, each with the levels that its configuration has; and of reserved frames. */
import { faultDriver } from '../../model/drivers/driver.ts';
import { ARM64, POWERPC_HASH, RISCV64, S390, X86_64 } from '../../model/state/machine.ts';
import { GIB0, RW } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const SLOT0 = { from: 0, to: 2 };
/** ioremap_wc(), as for a frame buffer: another mode than UC-, which vfio asks for. */
const WRITE_COMBINED = 1;

const bar = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })],
  writes: [0],
  reads: [1],
  munmaps: [GIB0],
  mprotects: [GIB0],
  prots: RW,
};
const bars = { ...bar, drivers: [...bar.drivers, faultDriver('BAR 2M', { at: 0, pages: 2 })] };

const barOn = (name: string, says: string, arch: string, machine: MmWorldEntry['machine']): MmWorldEntry => ({
  name,
  says,
  machine,
  arch,
  reaches: [],
  sizes: sized(
    scope(bar, {}, 1),
    scope({ ...bar, munmaps: [GIB0, SLOT0] }, { mms: 3 }, 1),
    scope({ ...bar, munmaps: [GIB0, SLOT0], prots: ALL_PROTS, memoryEnable: true }, { mms: 3 }, 1),
  ),
});

export const ARCH_WORLDS: readonly MmWorldEntry[] = [
  barOn(
    'vfio-arm64',
    'Is a BAR mapped by PMD leaves, and by none above, where only those are configured?',
    'arm64',
    ARM64,
  ),
  barOn('vfio-riscv64', 'Is a BAR mapped by leaves of the sizes that the release configures?', 'riscv64', RISCV64),
  barOn('vfio-s390', 'Is a BAR mapped by PTEs alone where nothing selects ARCH_SUPPORTS_HUGE_PFNMAP?', 's390', S390),
  barOn(
    'vfio-hash',
    'Is a BAR mapped by leaves that the hash MMU can map, where the same kernel could have others with radix?',
    'powerpc hash MMU',
    POWERPC_HASH,
  ),
  {
    name: 'vfio-memtype',
    says: 'Does every level of a BAR have the cache mode for which its frames are reserved?',
    machine: { ...X86_64, deviceMemtype: WRITE_COMBINED },
    arch: 'x86_64 with a BAR reserved as WC',
    reaches: [],
    sizes: sized(scope(bars, {}, 1), scope(bars, { mms: 3 }, 1), scope({ ...bars, prots: ALL_PROTS }, { mms: 3 }, 1)),
  },
];
