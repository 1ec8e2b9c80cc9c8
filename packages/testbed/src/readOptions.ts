import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Something on the command line that there is not; shown without a stack. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads a command's options.
 *
 * @throws UsageError that names an argument which the command does not know.
 */
export function readOptions<const T extends Options>(
  options: T,
  args: string[] = process.argv.slice(2),
) {
  try {
    return parseArgs({ options, args, strict: true }).values;
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS_')) {
      throw cause;
    }
    const known = Object.keys(options).map(name => `--${name}`);
    throw new UsageError(
      `${message}\nThere are: ${known.join(', ')}. See \`./run help\`.`,
      { cause },
    );
  }
}
