package dev.fovea.cli;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Finds the one command of a group that a command line means: picocli takes longer to look at all
 * of them than many a command takes.
 */
final class MeantCommand {
  private MeantCommand() {}

  /**
   * The group with this command alone; absent where it has none of that name.
   *
   * @param group has neither options nor other fields that picocli sets
   */
  static Optional<CommandLine> of(Object group, String name) {
    var known = group.getClass().getAnnotation(Command.class);
    return Stream.concat(methods(group.getClass()), Arrays.stream(known.subcommands()))
        .filter(each -> isNamed(each, name))
        .findFirst()
        .map(meant ->
            new CommandLine(
                CommandSpec.wrapWithoutInspection(group)
                    .name(known.name())
                    .addSubcommand(name, new CommandLine(meant))));
  }

  private static Stream<? extends AnnotatedElement> methods(Class<?> group) {
    return Stream.<Class<?>>iterate(group, each -> each != Object.class, Class::getSuperclass)
        .flatMap(each -> Arrays.stream(each.getDeclaredMethods()));
  }

  private static boolean isNamed(AnnotatedElement element, String name) {
    var command = element.getAnnotation(Command.class);
    return command != null && command.name().equals(name);
  }
}
