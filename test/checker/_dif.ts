import { HUGETLB_WORLD_ENTRIES } from '../../checker/hugetlb_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
const [, , toggle, on, value, size = 'quick'] = process.argv as any;
for (const w of HUGETLB_WORLD_ENTRIES) {
  const go = (settings: any) => {
    const r = explore(w.build({ kernel: on, arch: 'x86_64', series: [], settings }, size), { secondsMax: 10 });
    return (
      `${r.states} ${r.transitions} ${r.depth} ${r.cut ?? ''} ` +
      r.properties
        .flatMap((p) => (p.trace && p.verdict === 'violated' ? [p.name + ' ' + p.trace.moves.length] : []))
        .join()
    );
  };
  const a = go([]),
    b = go([{ toggle, value, evidence: 'source' }]);
  if (a !== b) console.log(w.name, '|', a, '|', b);
}
