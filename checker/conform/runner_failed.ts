/** What keeps a comparison from being made: said with what to try. Exit code 2. */
import * as Data from 'effect/Data';

/** The program that asks the kernel could not be built or run. */
export class RunnerFailed extends Data.TaggedError('RunnerFailed')<{
  readonly doing: string;
  readonly why: string;
}> {
  override get message(): string {
    return [
      `the runner failed (${this.doing}): ${this.why}`,
      'it needs a C compiler with a static C library (Debian: gcc, libc6-dev); CC names another compiler',
    ].join('\n');
  }
}

/** A knob that the user has allowed to be set, and that does not let itself. */
export class KnobFailed extends Data.TaggedError('KnobFailed')<{ readonly path: string; readonly why: string }> {
  override get message(): string {
    return [`${this.path} cannot be set: ${this.why}`, 'only root may; --scope leaves out what needs it'].join('\n');
  }
}

/** A level of which this kernel, or this user, shows nothing. */
export class TooMuch extends Data.TaggedError('TooMuch')<{
  readonly asked: number;
  readonly most: number;
  readonly why: string;
}> {
  override get message(): string {
    return [`level ${this.asked} cannot be looked at here; up to ${this.most} can`, this.why].join('\n');
  }
}

/** A flag that means something only beside another one. */
export class NeedsFlag extends Data.TaggedError('NeedsFlag')<{
  readonly flag: string;
  readonly asked: string;
  readonly needs: string;
}> {
  override get message(): string {
    return `${this.flag} ${this.asked} needs ${this.needs} beside it`;
  }
}
