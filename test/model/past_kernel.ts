/**
 * Where functions of a kernel are used past it, as the TypeScript compiler resolves names: under another name, through a namespace or
 * an object, handed on to somebody. A function is one of a kernel where a kernel, or a patch, has it for one of its members.
 */
import {
  type Identifier,
  isArrowFunction,
  isBindingElement,
  isBlock,
  isCallExpression,
  isConditionalExpression,
  isElementAccessExpression,
  isExportSpecifier,
  isFunctionDeclaration,
  isIdentifier,
  isImportSpecifier,
  isInterfaceDeclaration,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isQualifiedName,
  isShorthandPropertyAssignment,
  isSourceFile,
  isTypeQueryNode,
  isVariableDeclaration,
  type Node,
  type ObjectLiteralElementLike,
  type ObjectLiteralExpression,
} from 'typescript/unstable/ast';
import { type Checker, type Project, type Symbol, SymbolFlags } from 'typescript/unstable/sync';

/** What a patch can replace members of, and what patches are called. */
const KERNELS: readonly string[] = ['Kernel', 'HugetlbKernel', 'PfnmapTracking'];
const PATCHES: readonly (string | undefined)[] = ['Patch', 'HugetlbPatch'];

/** A use of a function of a kernel that no patch of it reaches. */
export interface Past {
  readonly file: string;
  readonly line: number;
  readonly uses: string;
}

const around = (node: Node): readonly Node[] => (isSourceFile(node) ? [] : [node, ...around(node.parent)]);
/** The statement of a module that it is in. */
const statementOf = (node: Node): Node => around(node).at(-1)!;
/** Declared by a module, and not in a function. */
const isOfModule = (declaration: Node): boolean =>
  (isFunctionDeclaration(declaration) || isVariableDeclaration(declaration)) &&
  !around(declaration.parent).some((one) => isArrowFunction(one) || isBlock(one));

/** The first name of `a.b.c`, `a().b`, `a[b]`. */
const rootOf = (node: Node): Node =>
  isPropertyAccessExpression(node) || isElementAccessExpression(node) || isCallExpression(node)
    ? rootOf(node.expression)
    : node;

/** A program, as far as it is asked. */
interface Read {
  readonly checker: Checker;
  readonly identifiers: readonly Identifier[];
  readonly literals: readonly ObjectLiteralExpression[];
}

const readSources = ({ program, checker }: Project, isAsked: (file: string) => boolean): Read => {
  const identifiers: Identifier[] = [];
  const literals: ObjectLiteralExpression[] = [];
  const visit = (node: Node): void => {
    if (isIdentifier(node)) identifiers.push(node);
    if (isObjectLiteralExpression(node)) literals.push(node);
    node.forEachChild(visit);
  };
  for (const file of program.getSourceFileNames().filter(isAsked)) visit(program.getSourceFile(file)!);
  return { checker, identifiers, literals };
};

const propertyOf = (checker: Checker, object: Node, name: string): Symbol | undefined => {
  const type = checker.getTypeAtLocation(object);
  return type === undefined ? undefined : checker.getPropertyOfType(type, name);
};

/** What identifiers name, behind imports. */
const symbolsOf = (checker: Checker, ids: readonly Identifier[]): readonly (Symbol | undefined)[] => {
  const found = checker.getSymbolAtLocation(ids);
  return ids.map(({ parent, text }, i) => {
    let one = found[i];
    if (isShorthandPropertyAssignment(parent)) one = checker.getShorthandAssignmentValueSymbol(parent);
    if (isBindingElement(parent)) one = propertyOf(checker, parent.parent, text);
    return one !== undefined && (one.flags & SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(one) : one;
  });
};

const declarationsOf = ({ declarations }: Symbol): readonly string[] =>
  declarations.map(({ path, index }) => `${path}:${index}`);
const isDeclaredByModule = (symbol: Symbol | undefined): boolean => {
  const declaration = symbol?.declarations[0]?.resolve();
  return declaration !== undefined && isOfModule(declaration);
};

/** Members of kernels: their names, by where they are declared. */
type Members = ReadonlyMap<string, string>;

const membersOf = ({ checker, identifiers }: Read): Members => {
  const kernels = identifiers.filter(({ text, parent }) => KERNELS.includes(text) && isInterfaceDeclaration(parent));
  const members = kernels.flatMap((one) => checker.getPropertiesOfType(checker.getTypeAtLocation(one)!));
  return new Map(members.flatMap((one) => declarationsOf(one).map((where) => [where, one.name] as const)));
};

/** Where a kernel, or a patch, has what `name` is. */
interface Slot {
  readonly name: string;
  readonly member: Node;
  /** What it is, where that has a name. */
  readonly values: readonly Identifier[];
}

const nameOf = (member: ObjectLiteralElementLike): string =>
  'name' in member && member.name !== undefined && isIdentifier(member.name) ? member.name.text : '';

const identifiersIn = (value: Node): readonly Identifier[] => {
  if (isIdentifier(value)) return [value];
  return isConditionalExpression(value) ? [value.whenTrue, value.whenFalse].flatMap(identifiersIn) : [];
};
/** A patch gives what takes the place of the function before: `(base) => another`. */
const givenBy = (patch: Node): Node => (isArrowFunction(patch) && !isBlock(patch.body) ? patch.body : patch);

const valuesOf = (member: ObjectLiteralElementLike, isPatch: boolean): readonly Identifier[] => {
  if (isShorthandPropertyAssignment(member)) return identifiersIn(member.name);
  if (!isPropertyAssignment(member)) return [];
  return identifiersIn(isPatch ? givenBy(member.initializer) : member.initializer);
};

/** The members of object literals that are kernels, parts of some, or patches. */
const slotsOf = ({ checker, literals }: Read, members: Members): readonly Slot[] => {
  const names = new Set(members.values());
  return literals.flatMap((literal) => {
    const named = literal.properties.filter((one) => names.has(nameOf(one)));
    const type = named.length === 0 ? undefined : checker.getContextualType(literal);
    if (type === undefined) return [];
    const isPatch = PATCHES.includes(type.getAliasSymbol()?.name);
    const isMember = (name: string): boolean => {
      const property = checker.getPropertyOfType(type, name);
      // What a patch has is declared nowhere: its type is made from that of the kernel.
      return property !== undefined && (isPatch || declarationsOf(property).some((where) => members.has(where)));
    };
    return named
      .filter((member) => isMember(nameOf(member)))
      .map((member): Slot => ({ name: nameOf(member), member, values: valuesOf(member, isPatch) }));
  });
};

/** A function of kernels: what they have it for, and the statement that declares it. */
interface Of {
  readonly name: string;
  readonly names: Set<string>;
  readonly statement: Node;
}

/** Those that modules declare, by symbol. */
const functionsOf = (checker: Checker, slots: readonly Slot[]): ReadonlyMap<number, Of> => {
  const values = slots.flatMap(({ name, values: ids }) => ids.map((id) => ({ id, name })));
  const symbols = symbolsOf(
    checker,
    values.map(({ id }) => id),
  );
  const found = new Map<number, Of>();
  for (const [i, { name }] of values.entries()) {
    const symbol = symbols[i];
    if (symbol === undefined || !isDeclaredByModule(symbol)) continue;
    const statement = statementOf(symbol.declarations[0]!.resolve()!);
    const one = found.get(symbol.id) ?? { name: symbol.name, names: new Set(), statement };
    found.set(symbol.id, one);
    one.names.add(name);
  }
  return found;
};

/** Imports and types use nothing; nor does what declares a name. */
const isUse = (id: Identifier): boolean => {
  const { parent } = id;
  if (isImportSpecifier(parent) || isExportSpecifier(parent) || isTypeQueryNode(parent) || isQualifiedName(parent))
    return false;
  return !((isVariableDeclaration(parent) || isFunctionDeclaration(parent)) && parent.name === id);
};

/** Names, and those that they are imported by. */
const withAliases = (identifiers: readonly Identifier[], names: readonly string[]): ReadonlySet<string> => {
  const known = new Set(names);
  const renaming = identifiers.flatMap(({ parent }) =>
    (isImportSpecifier(parent) || isExportSpecifier(parent)) && parent.propertyName !== undefined ? [parent] : [],
  );
  for (let before = 0; before < known.size;) {
    before = known.size;
    for (const { name, propertyName } of renaming) if (known.has(propertyName!.text)) known.add(name.text);
  }
  return known;
};

/** A use of a function of a kernel, wherever that is. */
interface Use {
  readonly id: Identifier;
  /** What kernels have it for. */
  readonly names: ReadonlySet<string>;
  /** What declares it. */
  readonly statement?: Node;
}

/** By the functions themselves. */
const usesOfFunctions = ({ checker, identifiers }: Read, functions: ReadonlyMap<number, Of>): readonly Use[] => {
  const names = withAliases(
    identifiers,
    [...functions.values()].map(({ name }) => name),
  );
  const asked = identifiers.filter((id) => names.has(id.text) && isUse(id));
  return symbolsOf(checker, asked).flatMap((symbol, i) => {
    const of = symbol === undefined ? undefined : functions.get(symbol.id);
    return of === undefined ? [] : [{ id: asked[i]!, names: of.names, statement: of.statement }];
  });
};

const objectOf = ({ parent }: Identifier): Node | undefined => {
  if (isPropertyAccessExpression(parent)) return parent.expression;
  const pattern = isBindingElement(parent) ? parent.parent.parent : undefined;
  return pattern !== undefined && isVariableDeclaration(pattern) ? pattern.initializer : undefined;
};

/** As members of a kernel, or of a part of one, that a module has made: `v7_1.zap_huge_pmd()`. */
const usesOfKernels = ({ checker, identifiers }: Read, members: Members): readonly Use[] => {
  const names = new Set(members.values());
  const asked = identifiers.flatMap((id) => {
    const object = names.has(id.text) ? objectOf(id) : undefined;
    const root = object === undefined ? undefined : rootOf(object);
    return root !== undefined && isIdentifier(root) && object !== id ? [{ id, root }] : [];
  });
  const roots = symbolsOf(
    checker,
    asked.map(({ root }) => root),
  );
  const made = asked.filter((_one, i) => isDeclaredByModule(roots[i])).map(({ id }) => id);
  return symbolsOf(checker, made).flatMap((symbol, i) =>
    symbol !== undefined && declarationsOf(symbol).some((where) => members.has(where))
      ? [{ id: made[i]!, names: new Set([symbol.name]) }]
      : [],
  );
};

const lineOf = (node: Node): number => {
  const { text } = node.getSourceFile();
  return text.slice(0, node.getStart()).split('\n').length;
};

/** All uses but those that make a kernel, or what takes the place of the same function. */
export const pastKernels = (project: Project, isAsked: (file: string) => boolean): readonly Past[] => {
  const read = readSources(project, isAsked);
  const members = membersOf(read);
  const slots = slotsOf(read, members);
  const functions = functionsOf(read.checker, slots);
  const slotAt = new Map(slots.map((slot) => [slot.member, slot]));
  const variants = new Map([...functions.values()].map(({ statement, names }) => [statement, names]));
  const isWithin = ({ id, names, statement }: Use): boolean =>
    around(id).some((node) => {
      const name = slotAt.get(node)?.name;
      if (name !== undefined) return names.has(name);
      return node !== statement && [...(variants.get(node) ?? [])].some((one) => names.has(one));
    });
  return [...usesOfFunctions(read, functions), ...usesOfKernels(read, members)]
    .filter((use) => !isWithin(use))
    .map(({ id }) => ({ file: id.getSourceFile().fileName, line: lineOf(id), uses: id.text }));
};
